/** What the registry of models is given here: the gates of this workspace, both journals, and the windows. */
import type { Journal } from '#engines/journal';
import { ensureDecision } from '#engines/decisions';
import type { Gates, ModelsParts, SignOffState } from '#engines/models';
import type { JournalRecord } from '#engines/plans';
import { gate } from '#engines/signoffs';
import type { EngineContext } from '#engines/storage';
import { readPolicy } from '#engines/workspace';
import type { Emit } from './types.ts';

export interface ModelSurroundings {
  readonly context: EngineContext;
  readonly journal: Journal;
  readonly record: (entry: JournalRecord) => unknown;
  readonly emit: Emit;
}

function signOffs(context: EngineContext): SignOffState {
  const found = gate(context, readPolicy(context).config);
  const missing = Object.entries(found.missing).flatMap(([role, reports]) => reports.map(({ report }) => ({ role, report })));
  const detail = found.reasons.map((reason) => reason.message).join(' ');
  if (!found.required) return { state: 'off', missing: [], detail };
  if (found.open) return { state: 'complete', missing: [], detail: null };
  return { state: found.unknown ? 'unknown' : 'missing', missing, detail };
}

/** This workspace keeps no guardrail figures yet: the gate says that it is not in use instead of making something up. */
const gatesOf = (context: EngineContext): Gates => ({
  guardrail: () => ({ state: 'off', active: false, kill_switch: false, share: null, limit: null, detail: 'No guardrail figures are kept in this workspace.' }),
  signOffs: () => signOffs(context),
});

export function modelParts({ context, journal, record, emit }: ModelSurroundings): ModelsParts {
  return {
    context,
    gates: gatesOf(context),
    journal: { record: (entry) => void record(entry), recorded: (subject) => journal.entriesOf(subject).length > 0 },
    writeDecision: (entry) => void ensureDecision(context, entry),
    changed: (event) => emit('models.changed', { model: event.model_name, version: event.version, mode: event.mode, reason: event.reason }),
  };
}
