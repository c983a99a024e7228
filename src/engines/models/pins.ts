/**
 * Promise: a pin holds its version against automation until it ends. A pin that cannot be read holds too: only a person
 * may decide that it does not.
 */
import { jsonObject, printJson, type JsonObject, type JsonValue } from './pythonJson.ts';
import type { FileState } from './registry.ts';
import { microsOfValue } from './times.ts';
import { textOf, versionOf } from './values.ts';

export const pinKind = 'sterownia.model-pin/1';

export interface Pin {
  readonly status: 'active' | 'expired' | 'released' | 'unreadable';
  readonly version: string | null;
  readonly pinned_at: string | null;
  readonly pinned_by: string | null;
  /** Null: until somebody ends it. */
  readonly until: string | null;
  readonly reason: string | null;
}

function statusOf(pin: JsonObject, nowMicros: number): Pin['status'] {
  if (pin.has('released_at') && pin.get('released_at') !== null) return 'released';
  const until = pin.get('until');
  if (until === null || until === undefined) return 'active';
  const end = microsOfValue(until);
  return end === null || end > nowMicros ? 'active' : 'expired';
}

export function pinOf(state: FileState, nowMicros: number): Pin | null {
  if (state.kind === 'missing') return null;
  if (state.kind === 'unreadable') return { status: 'unreadable', version: null, pinned_at: null, pinned_by: null, until: null, reason: `pin.json cannot be read: ${state.problem}` };
  const { value } = state;
  return {
    status: statusOf(value, nowMicros),
    version: versionOf(value), pinned_at: textOf(value.get('pinned_at')), pinned_by: textOf(value.get('pinned_by')),
    until: textOf(value.get('until')), reason: textOf(value.get('reason')),
  };
}

export const holds = (pin: Pin | null): boolean => pin !== null && (pin.status === 'active' || pin.status === 'unreadable');

export interface NewPin {
  readonly model: string;
  readonly version: JsonValue;
  readonly at: string;
  readonly by: string;
  readonly until: string | null;
  readonly reason: string;
}

export const pinText = (pin: NewPin): string => printJson(jsonObject({
  schema: pinKind, model_name: pin.model, version: pin.version, pinned_at: pin.at, pinned_by: pin.by, until: pin.until, reason: pin.reason,
}));

/** The ended pin stays on disk, so that it can be seen who ended it and why. */
export const releasedText = (pin: JsonObject, at: string, by: string, reason: string): string =>
  printJson(new Map([...pin, ['released_at', at], ['released_by', by], ['release_reason', reason]]));
