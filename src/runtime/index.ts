/** The runtime: opens a workspace, builds its engines, dispatches operations, tells about changes. */
export type { CallOptions, Console, HostAbilities, HostKind, OpenOptions } from './types.ts';
