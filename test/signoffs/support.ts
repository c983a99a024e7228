/** A workspace with audit reports, a journal and people who sign. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleConfigSchema, type ConsoleConfig, type JournalEntry } from '#contract';
import { openJournal, type Journal } from '#engines/journal';
import { evidenceIn, sign, type GateEvidence, type Signed, type SignInput } from '#engines/signoffs';
import type { EngineContext } from '#engines/storage';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';

export const configWith = (signOffs: unknown = {}): ConsoleConfig => consoleConfigSchema.parse({ sign_offs: signOffs });

const pending = { status: 'pending', signed_by: null, timestamp: null, notes: 'awaiting' };
export const bothPending = { compliance: pending, risk: pending };

export const qualityAlert = (timestamp: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  category: 'completeness', status: 'alert', timestamp, context: { symbol: 'BTCUSDT' }, missing_features: ['vol'], policy: { enforce: true }, sign_off: bothPending, ...more,
});
export const qualityFine = (timestamp: string): Record<string, unknown> => qualityAlert(timestamp, { status: 'ok', missing_features: [] });
export const driftFine = (timestamp: string): Record<string, unknown> => ({ model_name: 'm', drift_score: 0.1, threshold: 0.3, timestamp, sign_off: bothPending });

export const alertPath = 'audit/ai_decision/data_quality/20261101T000000Z_completeness.json';

export interface Desk extends TestWorkspace {
  readonly journalOver: (context: EngineContext) => Journal;
  readonly entries: () => readonly JournalEntry[];
  /** What the journal knows by now. */
  readonly evidence: () => GateEvidence;
  readonly report: (path: string, value: unknown) => string;
  readonly read: (path: string) => Record<string, unknown>;
  readonly sign: (person: string, input: Partial<SignInput>, config?: ConsoleConfig, context?: EngineContext) => Signed;
}

/** One enforced alert and a drift report that is in order. */
export function openDesk(): Desk {
  const workspace = testWorkspace();
  const journalOver = (context: EngineContext): Journal => openJournal(context, { workspaceId: 'w1', lock: (work) => work() });
  const journal = journalOver(workspace.context);
  const report = (path: string, value: unknown): string => workspace.put(path, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00'));
  report('audit/ai_decision/drift/20261101T000000Z_drift_alert.json', driftFine('2026-11-01T00:00:00+00:00'));
  return {
    ...workspace,
    journalOver,
    report,
    evidence: () => evidenceIn(journal),
    entries: () => journal.list({ limit: 1000 }).entries.toReversed(),
    read: (path) => JSON.parse(readFileSync(join(workspace.root, path), 'utf8')) as Record<string, unknown>,
    sign: (person, input, config = configWith(), context = workspace.context) => sign(
      context,
      { report: alertPath, role: 'risk', status: 'approved', ...input },
      { actor: actorNamed(person), config, journal: context === workspace.context ? journal : journalOver(context) },
    ),
  };
}
