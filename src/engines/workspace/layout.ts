/** Where things lie in a workspace. The bot and the runbooks know these names; they do not change. */
import { join } from 'node:path';
import type { LockOptions } from '#engines/storage';
import { withLock, withLockAsync, type EngineContext } from '#engines/storage';

export const layout = {
  reports: 'var/reports',
  signalQuality: 'reports/exchanges/signal_quality',
  plans: 'var/plans',
  trash: 'var/trash',
  locks: 'var/console/locks',
  identity: 'var/console/workspace.json',
  demoMarker: 'var/console/demo.json',
  filterSets: 'var/console/filter_sets.json',
  notifications: 'var/console/notifications.json',
  policy: 'config/console.json',
  journal: 'audit/journal',
  maintenanceLogs: 'audit/maintenance_logs',
  aiDecision: 'audit/ai_decision',
  reportCenterLog: 'logs/report_center.log',
} as const;

/** Holds what a rename could not bring to the workspace's trash, on the volume that it came from. No report, and in no plan. */
export const hiddenTrash = '.sterownia-trash';

export type LayoutName = keyof typeof layout;

export const placeOf = (context: Pick<EngineContext, 'root'>, name: LayoutName): string => join(context.root, layout[name]);

/** Places of which a workspace has at least one; an empty folder can become one. */
const signs: readonly string[] = [layout.reports, layout.policy, layout.identity, layout.journal, layout.aiDecision, layout.signalQuality, 'var/models'];

export function isWorkspace({ root, fs }: Pick<EngineContext, 'root' | 'fs'>): boolean {
  const isThere = (place: string): boolean => {
    try {
      fs.lstat(join(root, place));
      return true;
    } catch {
      return false;
    }
  };
  return signs.some(isThere) || fs.readdir(root).length === 0;
}

/** Runs under one of the workspace's locks. `acts` is held for the whole of an apply, undo, restore or check. */
export function locked<T>(context: EngineContext, name: 'acts' | 'journal' | 'documents', options: LockOptions, work: () => T): T {
  return withLock(placeOf(context, 'locks'), name, options, work);
}

export function lockedAsync<T>(context: EngineContext, name: 'acts', options: LockOptions, work: () => Promise<T>): Promise<T> {
  return withLockAsync(placeOf(context, 'locks'), name, options, work);
}
