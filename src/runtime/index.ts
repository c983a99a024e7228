/** The runtime: opens a workspace, builds its engines, dispatches operations, tells about changes. */
export { openConsole } from './front/openConsole.ts';
export { openSwitchingConsole } from './front/switching.ts';
export { defaultConfigDirectory, osActor } from './platform.ts';
export { PrintedAnswer } from './printed.ts';
export { productVersion, versions } from './versions.ts';
export type { CallOptions, Console, HostAbilities, HostKind, OpenOptions } from './types.ts';
