/** A workspace of invented data for a first look, for tests and for measurements. */
export { createDemoWorkspace, type DemoOptions, type DemoResult } from './createDemoWorkspace.ts';
