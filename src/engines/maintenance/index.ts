/** Maintenance: deleting, purging, archiving, emptying the trash, and the check that proves nothing was lost. */
export { maintenanceProviders, type MaintenanceOptions } from './providers.ts';
export { freshIndex, type IndexSource } from './selection.ts';
export { checkWorkspace } from './check.ts';
export type { CheckOptions } from './checking.ts';
