/**
 * The other recorded calls around sign-offs: summaries, signatures, limits, and the state of the schedule beside them. What
 * the console has no counterpart for is named with its reason, so that no recorded call is left out unnoticed.
 */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema, operations, type AuditReportKind } from '#contract';
import { openJournal } from '#engines/journal';
import { retrainingStatus } from '#engines/retraining';
import { pendingSignOffs, readFolder, sign } from '#engines/signoffs';
import { differences } from '../fixtures/conformance/compare.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { configWith } from './support.ts';

interface Entry { readonly report_path: string; readonly status: string }
type Pending = Readonly<Record<string, readonly Entry[]>>;
interface Call {
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly clock: string;
  readonly return: unknown;
  readonly error: { readonly type: string } | null;
  readonly files_after?: Readonly<Record<string, { readonly json?: unknown } | string>>;
}
interface Case {
  readonly id: string;
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly mtime: string; readonly json?: unknown; readonly text?: string; readonly hex?: string }[];
  readonly calls: readonly Call[];
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/signoffs.json'), 'utf8')) as { readonly cases: readonly Case[] };
const callsOf = (...names: readonly string[]) =>
  cases.flatMap((one) => one.calls.filter((call) => names.includes(call.call)).map((call, n) => [`${one.id} ${one.title}, ${call.call} ${n + 1}`, one, call] as const));

let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

function place(one: Case): void {
  for (const file of one.files) {
    const path = workspace.put(file.path, file.text ?? JSON.stringify(file.json ?? null, null, 2));
    if (file.hex !== undefined) writeFileSync(path, Buffer.from(file.hex, 'hex'));
    utimesSync(path, new Date(file.mtime), new Date(file.mtime));
  }
}

/** What other programs wrote in the calls before this one. */
function placeWritten(one: Case, until: Call): void {
  for (const call of one.calls.slice(0, one.calls.indexOf(until))) {
    for (const [path, file] of Object.entries(call.files_after ?? {})) if (typeof file !== 'string' && 'json' in file) workspace.put(path, JSON.stringify(file.json));
  }
}

const at = (clock: string) => ({ ...workspace.context, clock: { now: () => Date.parse(clock) } });
const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const names = (entries: readonly Entry[] | undefined, kind: string): readonly string[] => (entries ?? []).filter((entry) => entry.report_path.includes(`/${kind}/`)).map((entry) => `${fileName(entry.report_path)} ${entry.status}`).sort();

/** Alerts that the earlier summaries did not count, because they could not tell; see `conformance.test.ts`. */
const uncounted: Readonly<Record<string, readonly string[]>> = { G008: ['m_1.json'], G011: ['d_05.json', 'd_06.json', 'd_09.json'] };
/** A waiver without an end passed for a signature. */
const waived: Readonly<Record<string, readonly string[]>> = { G015: ['st_04.json'] };

describe('the earlier summaries', () => {
  const kinds: Readonly<Record<string, AuditReportKind>> = {
    summarize_data_quality_reports: 'data_quality', summarize_drift_reports: 'drift', summarize_walk_forward_reports: 'walk_forward',
  };
  const told = callsOf(...Object.keys(kinds)).filter(([, , call]) => call.return !== null);

  it.each(told)('counted the same reports: %s', (_name, one, call) => {
    place(one);
    placeWritten(one, call);
    const kind = kinds[call.call] ?? 'drift';
    const summary = call.return as { readonly total: number; readonly enforced_alerts?: number; readonly exceeds_threshold?: number; readonly pending_sign_off: Pending };
    const { reports } = readFolder(at(call.clock), kind);
    const alerts = summary.enforced_alerts ?? summary.exceeds_threshold;
    const [unseen, unsigned] = [uncounted[one.id] ?? [], waived[one.id] ?? []];
    expect(reports).toHaveLength(summary.total);
    if (alerts !== undefined) expect(reports.filter((report) => report.judgement.needsSignature && !unseen.includes(fileName(report.path)))).toHaveLength(alerts);
    const { pending } = pendingSignOffs(at(call.clock), configWith({ four_eyes: false }), { role: [], limit: 20, walk_forward: true });
    for (const role of ['compliance', 'risk']) {
      const ours = (pending[role] ?? []).filter((entry) => entry.kind === kind && ![...unseen, ...unsigned].includes(fileName(entry.report)));
      expect(ours.map((entry) => `${fileName(entry.report)} ${entry.status}`).sort(), role).toEqual(names(summary.pending_sign_off[role], kind));
    }
  });

  it('refused to count on where signatures are missing, and so does the gate', () => {
    const refused = callsOf(...Object.keys(kinds)).filter(([, , call]) => call.return === null);
    expect(refused.map(([, one]) => one.id)).toEqual(['G004']);
  });

  it.each(callsOf('collect_pipeline_compliance_summary'))('told pauses, cooldowns and ages of the schedule alike: %s', (_name, one, call) => {
    place(one);
    placeWritten(one, call);
    const status = retrainingStatus(at(call.clock), consoleConfigSchema.parse({}).retraining);
    if (call.error !== null) {
      // It broke down where the file is damaged; here that is told, and nothing is due.
      expect(status).toMatchObject({ document: 'corrupt', due: false, escalate: true });
      return;
    }
    const { scheduler } = call.return as { readonly scheduler: { readonly paused: boolean; readonly cooldown_active: boolean; readonly seconds_since_last_run: number | null } | null };
    if (scheduler === null) return void expect(call.args['include_scheduler']).toBe(false);
    expect({ paused: status.paused, cooldown_active: status.cooldown_active, seconds_since_last_run: status.last_run_derived ? null : status.seconds_since_last_run }).toEqual({
      paused: scheduler.paused, cooldown_active: scheduler.cooldown_active, seconds_since_last_run: scheduler.seconds_since_last_run,
    });
  });

  it.each(callsOf('load_scheduler_state'))('a damaged schedule is told, not hidden: %s', (_name, one, call) => {
    place(one);
    expect(call.error?.type).toBe('JSONDecodeError');
    expect(retrainingStatus(at(call.clock), consoleConfigSchema.parse({}).retraining)).toMatchObject({ document: 'corrupt', issues: [{ code: 'schedule_corrupt' }] });
  });
});

describe('the earlier signatures', () => {
  const journalOver = () => openJournal(workspace.context, { workspaceId: 'w1', lock: (work) => work() });

  it.each(callsOf('update_sign_off'))('%s', (_name, one, call) => {
    place(one);
    const context = at(call.clock);
    const { file, role, status, mid_change: change } = call.args as { readonly file: string; readonly role: string; readonly status: 'approved'; readonly mid_change?: { readonly path: string; readonly text: string } };
    if (change !== undefined) workspace.put(change.path, change.text);
    const before = readFileSync(join(workspace.root, file), 'utf8');
    const put = () => {
      const input = operations['signoffs.sign'].input.parse({ report: file, role, status });
      return sign(context, input, { actor: actorNamed('anna'), config: configWith(), journal: journalOver() });
    };
    if (call.error !== null || change !== undefined) {
      // A report that was damaged meanwhile cannot be signed here: nobody could say what was signed.
      expect(put).toThrow();
      expect(readFileSync(join(workspace.root, file), 'utf8')).toBe(before);
      return;
    }
    put();
    const wanted = call.files_after?.[file];
    if (wanted === undefined || typeof wanted === 'string') throw new Error('the case does not tell the file');
    const found = differences(wanted.json, JSON.parse(readFileSync(join(workspace.root, file), 'utf8')), workspace.root).map((each) => each.at);
    // Who signed is never left out here; notes that were not given are none.
    expect(found.filter((path) => !['$.sign_off.risk.signed_by', '$.sign_off.risk.notes'].includes(path))).toEqual([]);
  });

  it.each(callsOf('load_recent_data_quality_reports', 'load_recent_drift_reports', 'load_recent_walk_forward_reports').filter(([, , call]) => typeof call.args['limit'] === 'number'))(
    'no limit below one is taken: %s', (_name, _one, call) => {
      expect(operations['signoffs.pending'].input.safeParse({ limit: call.args['limit'] }).success).toBe(false);
    });
});

describe('every recorded call', () => {
  /** No counterpart. */
  const without: Readonly<Record<string, string>> = {
    filter_audit_reports_since: 'the gate never leaves out older alerts, so there is no window of time',
    'ai-compliance': 'same: all of its recorded calls ask for a window of time',
    bounds: 'the watcher of single predictions belongs to the bot; the console reads what it writes',
    export_data_quality_report: 'same: the writer of alerts belongs to the bot',
  };
  const elsewhere = ['collect_pending_compliance_sign_offs', 'ensure_compliance_sign_offs'];
  const here = [
    'summarize_data_quality_reports', 'summarize_drift_reports', 'summarize_walk_forward_reports', 'collect_pipeline_compliance_summary', 'load_scheduler_state',
    'update_sign_off', 'load_recent_data_quality_reports', 'load_recent_drift_reports', 'load_recent_walk_forward_reports',
    // Their files are what the calls after them read.
    'save_scheduler_state', 'save_walk_forward_report',
  ];

  it('is replayed, or has a reason not to be', () => {
    const calls = [...new Set(cases.flatMap((one) => one.calls.map((call) => call.call)))].sort();
    expect(calls).toEqual([...elsewhere, ...here, ...Object.keys(without)].sort());
  });
});
