/** The last changes of models, trainings and cycles. Promise: newest first, as the two journals have them; lines that cannot be read are counted. */
import type { AutomodeCycle, OperationOutput } from '#contract';
import { parseInstant, readDecisions, type DecisionEntry } from '#engines/decisions';
import { modelPlaces } from '#engines/models';
import { listCycles } from './cycleRecords.ts';
import type { AutomodeParts } from './parts.ts';

type Events = OperationOutput<'automode.events'>;
type ModelEvent = Events['model_events'][number];
type RetrainingEvent = Events['retraining_events'][number];

const text = (entry: DecisionEntry, key: string): string | null => {
  const value = entry[key]?.trim() ?? '';
  return value === '' ? null : value;
};

function truth(entry: DecisionEntry, key: string): boolean | null {
  const word = text(entry, key)?.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** Entries that were written before they named it lie in the usual folder. */
function auditOf(entry: DecisionEntry): string | null {
  const id = text(entry, 'promotion_id');
  return text(entry, 'audit_directory') ?? (id === null ? null : `${modelPlaces.audit}/${id}`);
}

const modelEvent = (entry: DecisionEntry): ModelEvent => ({
  at: entry['timestamp'] ?? '', model: text(entry, 'model_name') ?? text(entry, 'strategy') ?? '', version: text(entry, 'model_version'),
  previous_version: text(entry, 'model_previous_version'), source: text(entry, 'model_source'), mode: text(entry, 'promotion_mode'), by: text(entry, 'promoted_by'),
  reason: text(entry, 'reason') ?? text(entry, 'model_fallback_reason'), guardrail_active: truth(entry, 'guardrail_active'), kill_switch: truth(entry, 'kill_switch'),
  audit_directory: auditOf(entry),
});

function retrainingEvent(entry: DecisionEntry): RetrainingEvent {
  const failed = entry['event'] === 'ai_retraining_failed';
  const reason = [text(entry, 'error_type'), text(entry, 'error_message')].filter((part) => part !== null).join(': ');
  return {
    at: entry['timestamp'] ?? '', job: text(entry, 'schedule') ?? '', status: failed ? 'failure' : 'success', reason: failed && reason !== '' ? reason : text(entry, 'note'),
    guardrail_active: truth(entry, 'guardrail_active'), kill_switch: truth(entry, 'kill_switch'), record_id: text(entry, 'record_id'),
  };
}

/** A year of files; older entries are for the journal's own tools. */
const mostFiles = 366;

const newestFirst = <T extends { readonly at: string }>(events: readonly T[]): T[] => {
  const keyed = events.map((event) => ({ event, at: parseInstant(event.at) ?? 0n }));
  return keyed.toSorted((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : 0)).map(({ event }) => event);
};

export function automodeEvents(parts: AutomodeParts, limit: number): Events {
  const models: ModelEvent[] = [];
  const trainings: RetrainingEvent[] = [];
  const { badLines } = readDecisions(parts.context, {
    events: ['model_change', 'ai_retraining', 'ai_retraining_failed'], maxFiles: mostFiles,
    visit: (entry) => {
      if (entry['event'] === 'model_change') {
        if (models.length < limit) models.push(modelEvent(entry));
      } else if (trainings.length < limit) {
        trainings.push(retrainingEvent(entry));
      }
      return models.length >= limit && trainings.length >= limit;
    },
  });
  const cycles: readonly AutomodeCycle[] = listCycles(parts, limit);
  return { model_events: newestFirst(models), retraining_events: newestFirst(trainings), cycles: [...cycles], bad_lines: badLines };
}
