/**
 * Preferences that a person has set and the host has not confirmed yet. They win over what the host tells meanwhile, so
 * that an answer to an earlier change never takes back a later one.
 */
import type { Preferences, Snapshot } from '#contract';

type Change = Partial<Preferences>;

let waiting: Change = {};
let onTheWay: Change = {};

export const addUnsaved = (change: Change): void => {
  waiting = { ...waiting, ...change };
};

/** What is to be sent now, or null when there is nothing; only the fields that were set. */
export function takeUnsaved(): Change | null {
  if (Object.keys(waiting).length === 0) return null;
  onTheWay = { ...onTheWay, ...waiting };
  waiting = {};
  return onTheWay;
}

/** What could not be saved goes along with the next change. */
export function settleUnsaved(saved: boolean): void {
  if (!saved) waiting = { ...onTheWay, ...waiting };
  onTheWay = {};
}

export function withUnsaved(snapshot: Snapshot): Snapshot {
  const change = { ...onTheWay, ...waiting };
  const changed = Object.entries(change).some(([key, value]) => snapshot.preferences[key as keyof Preferences] !== value);
  return changed ? { ...snapshot, preferences: { ...snapshot.preferences, ...change } } : snapshot;
}
