/** Every operation that removes or copies reports, as parts of plan → approve → apply → undo. */
import type { PlanProvider } from '#engines/plans';
import { archiveProvider } from './archive.ts';
import { deleteProvider } from './delete.ts';
import { emptyTrashProvider } from './emptyTrash.ts';
import { purgeProvider } from './purge.ts';
import { freshIndex, type IndexSource } from './selection.ts';

export interface MaintenanceOptions {
  /** Where a running console keeps its index; default: one is read for each plan. */
  readonly index?: IndexSource;
}

export function maintenanceProviders(options: MaintenanceOptions = {}): ReadonlyMap<string, PlanProvider> {
  const index = options.index ?? freshIndex;
  const providers: readonly PlanProvider[] = [deleteProvider, purgeProvider(index), archiveProvider(index), emptyTrashProvider] as readonly PlanProvider[];
  return new Map(providers.map((provider) => [provider.operation, provider]));
}
