/** What the registry of models is given here: the gates of this workspace, both journals, and the windows. */
import { join } from 'node:path';
import { activationEntry } from '#engines/artifacts';
import { guardrailGate } from '#engines/automode';
import type { Journal } from '#engines/journal';
import { ensureDecision } from '#engines/decisions';
import type { Gates, ModelsParts, SignOffState } from '#engines/models';
import type { JournalRecord } from '#engines/plans';
import { auditFolder, gate, signOffEntry } from '#engines/signoffs';
import { isMissing, type EngineContext } from '#engines/storage';
import { readPolicy } from '#engines/workspace';
import { signOffEvidence } from './signOffEvidence.ts';
import type { Emit } from './types.ts';

export interface ModelSurroundings {
  readonly context: EngineContext;
  readonly journal: Journal;
  readonly record: (entry: JournalRecord) => unknown;
  readonly recordAll?: ((entries: readonly JournalRecord[]) => void) | undefined;
  readonly emit: Emit;
}

/**
 * Whether sign-offs have any part in this workspace. They do as soon as the policy names them or a training job, the policy
 * cannot be relied on, the folder of audit reports is there, or the journal tells of a signature or an activation: so
 * the gate cannot be opened again by taking reports away. A registry that was only copied here has none of these.
 */
function signOffsInUse({ context, journal }: Pick<ModelSurroundings, 'context' | 'journal'>): boolean {
  const { config, problems } = readPolicy(context);
  if (problems.length > 0 || config.sign_offs !== undefined || config.retraining.jobs.length > 0) return true;
  try {
    context.fs.lstat(join(context.root, auditFolder));
    return true;
  } catch (error) {
    if (!isMissing(error)) return true;
  }
  return journal.list({ limit: 1, type: [signOffEntry, activationEntry] }).entries.length > 0;
}

function signOffs(surroundings: Pick<ModelSurroundings, 'context' | 'journal'>): SignOffState {
  const { context, journal } = surroundings;
  if (!signOffsInUse(surroundings)) return { state: 'off', missing: [], detail: `Neither the policy nor ${auditFolder} asks for sign-offs in this workspace.` };
  const found = gate(context, readPolicy(context).config, signOffEvidence(context, journal));
  const missing = Object.entries(found.missing).flatMap(([role, reports]) => reports.map(({ report }) => ({ role, report })));
  const detail = found.reasons.map((reason) => reason.message).join(' ');
  if (!found.required) return { state: 'off', missing: [], detail };
  if (found.open) return { state: 'complete', missing: [], detail: null };
  return { state: found.unknown ? 'unknown' : 'missing', missing, detail };
}

const gatesOf = (surroundings: ModelSurroundings): Gates => ({
  guardrail: () => guardrailGate({ context: surroundings.context, journal: surroundings.journal, policy: () => readPolicy(surroundings.context) }),
  signOffs: () => signOffs(surroundings),
});

export function modelParts(surroundings: ModelSurroundings): ModelsParts {
  const { context, journal, record, recordAll, emit } = surroundings;
  return {
    context,
    gates: gatesOf(surroundings),
    journal: { record: (entry) => void record(entry), recorded: (subject) => journal.entriesOf(subject).length > 0, ...(recordAll === undefined ? {} : { recordAll }) },
    writeDecision: (entry) => void ensureDecision(context, entry),
    changed: (event) => emit('models.changed', { model: event.model_name, version: event.version, mode: event.mode, reason: event.reason }),
  };
}
