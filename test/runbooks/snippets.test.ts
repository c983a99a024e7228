/**
 * The snippets of the runbook, word by word, on files that the console wrote, and the console on files that they wrote. The
 * module that they import stands in for the bot: it knows the formats and nothing of the console.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConsole } from '#runtime';
import { runBridge } from '../../src/cli/bridge/main.ts';
import { runSterownia } from '../../src/cli/command.ts';
import { artifact } from '../artifacts/support.ts';
import { stage } from '../cli/support.ts';
import { buildTree } from '../fixtures/conformance/tree.ts';

const fixtures = join(import.meta.dirname, '../fixtures/runbooks');
let root = '';
let workspace = '';

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-snippets-')));
  workspace = join(root, 'ws');
  buildTree(workspace, 'plain');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(program: typeof runBridge, words: readonly string[], status = 0): Promise<string> {
  const around = stage(words, { cwd: workspace });
  const ended = await program({
    ...around, now: () => new Date(), open: (options) => openConsole({ ...options, configDirectory: join(root, 'person') }),
  });
  expect(ended, `${words.join(' ')}\n${around.err.text}`).toBe(status);
  return around.out.text;
}

const sterownia = (...words: string[]): Promise<string> => run(runSterownia, words);
const bridge = (...words: string[]): Promise<string> => run(runBridge, words);
const answer = async (...words: string[]): Promise<Record<string, unknown>> => JSON.parse(await sterownia(...words, '--json')) as Record<string, unknown>;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function snippet(name: string): Ended {
  const env = { ...process.env, PYTHONPATH: fixtures, PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stdout, stderr } = spawnSync('python3', [join(fixtures, `${name}.py`)], { cwd: workspace, env, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const printed = (name: string): string => {
  const ended = snippet(name);
  expect(ended.status, ended.err).toBe(0);
  return ended.out;
};

const jq = (filter: string, path: string): unknown => JSON.parse(execFileSync('jq', ['-e', filter, path], { cwd: workspace, encoding: 'utf8' }));
const python = (script: string, ...args: readonly string[]): string => execFileSync('python3', ['-c', script, ...args], { cwd: workspace, encoding: 'utf8' });
const schedule = 'audit/ai_decision/scheduler.json';

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const fieldsOf = async (): Promise<Record<string, unknown>> => (await answer('retraining', 'status'))['schedule'] as Record<string, unknown>;

describe('the schedule', () => {
  test('that the console wrote is read by cat and jq, and by both snippets that look at it', async () => {
    await sterownia('retraining', 'mark-executed');
    await sterownia('retraining', 'pause', '--duration', '2h', '--reason', 'okno serwisowe "żółć"');
    const shown: unknown = JSON.parse(execFileSync('sh', ['-c', `cat ${schedule} | jq`], { cwd: workspace, encoding: 'utf8' }));
    const fields = await fieldsOf();
    expect(shown).toEqual(fields);
    expect(Object.keys(shown as object)).toEqual(['version', 'last_run', 'next_run', 'interval', 'updated_at', 'last_failure', 'failure_streak', 'last_failure_reason', 'cooldown_until', 'paused_until', 'paused_reason']);
    expect(jq('.version == 5 and (.failure_streak >= 2 | not) and .cooldown_until == null', schedule)).toBe(true);
    const state = printed('load_state');
    expect(state).toContain("'version': 5, 'last_run': '");
    expect(state).toContain("'paused_reason': 'okno serwisowe \"żółć\"'");
    expect(printed('next_run')).toBe(`Następny retrening UTC: ${String(fields['next_run'])}\n`);
  });

  test('that is not there yet is told by the snippet as the runbook has it', () => {
    expect(snippet('load_state')).toMatchObject({ status: 1, err: expect.stringContaining('Brak pliku audit/ai_decision/scheduler.json') as string });
  });

  test('is changed by the snippets and by the console in turn, and neither loses what the other wrote', async () => {
    await sterownia('retraining', 'mark-executed');
    expect(printed('update_interval')).toBe('Nowy interwał zapisany: 2700.0 s\n');
    expect(await fieldsOf()).toMatchObject({ interval: 2700 });
    const paused = /^Pauza aktywna do: (\S+)\n$/.exec(printed('pause'))?.[1];
    expect(await answer('retraining', 'status')).toMatchObject({ paused: true, due: false, schedule: { paused_until: paused, paused_reason: 'maintenance window', interval: 2700 } });
    await sterownia('retraining', 'interval', '30m');
    expect(jq('.paused_reason', schedule)).toBe('maintenance window');
    expect(printed('resume')).toMatch(/^Pauza usunięta, next_run: \S+\n$/);
    expect(await answer('retraining', 'status')).toMatchObject({ paused: false, schedule: { paused_until: null, interval: 1800 } });
  });

  test('is reset by the snippet after failures, and the console sees it so', async () => {
    put(schedule, {
      version: 5, last_run: '2026-01-01T00:00:00+00:00', next_run: '2026-01-01T00:30:00+00:00', interval: 1800.0, updated_at: '2026-01-01T01:00:00+00:00',
      last_failure: '2026-01-01T01:00:00+00:00', failure_streak: 3, last_failure_reason: 'OSError: disk', cooldown_until: '2026-01-01T02:30:00+00:00', paused_until: null, paused_reason: null,
    });
    expect(await answer('retraining', 'status')).toMatchObject({ escalate: true, escalation_reasons: ['failure_streak'] });
    expect(printed('mark_executed')).toBe('Resetowano failure_streak, cooldown_until: None\n');
    expect(await answer('retraining', 'status')).toMatchObject({ escalate: false, schedule: { failure_streak: 0, cooldown_until: null, last_failure_reason: 'OSError: disk' } });
  });

  test.each([
    ['a byte order mark', `json.dump(dict(full), open(path, "w", encoding="utf-8-sig"))`, { last_run: '2026-01-01T00:00:00+00:00', interval: 1800 }],
    ['odd numbers', `json.dump({**full, "version": "5", "interval": "1.8e3", "failure_streak": 2.9}, open(path, "w"))`, { interval: 1800, failure_streak: 2 }],
    ['offsets, no zone and epoch seconds', `json.dump({**full, "last_run": "2026-01-01T05:30:00+05:30", "updated_at": "2026-01-01T01:00:00", "last_failure": 1767225600}, open(path, "w"))`,
      { last_run: '2026-01-01T00:00:00+00:00', updated_at: '2026-01-01T01:00:00+00:00', last_failure: '2026-01-01T00:00:00+00:00' }],
    ['an old version with fields missing', `json.dump({"version": 2, "interval": 600, "next_run": "2026-01-01T00:10:00Z"}, open(path, "w"))`, { version: 2, last_run: '2026-01-01T00:00:00+00:00', failure_streak: 0, interval: 600 }],
    ['NaN and infinity', `json.dump({**full, "interval": float("nan"), "failure_streak": float("inf")}, open(path, "w"))`, { interval: 1800, failure_streak: 0 }],
  ])('as Python writes it is read with %s', async (_what, line, wanted) => {
    mkdirSync(dirname(join(workspace, schedule)), { recursive: true });
    python(`import json\npath = ${JSON.stringify(schedule)}\nfull = {"version": 5, "last_run": "2026-01-01T00:00:00+00:00", "next_run": "2026-01-01T00:30:00+00:00", "interval": 1800.0, "updated_at": "2026-01-01T00:00:00+00:00", "last_failure": None, "failure_streak": 0, "last_failure_reason": None, "cooldown_until": None, "paused_until": None, "paused_reason": None}\n${line}`);
    expect(await fieldsOf()).toMatchObject(wanted);
  });
});

describe('artifacts and sign-offs', () => {
  test('the newest artifact of the folder passes the validation of the snippet', async () => {
    put('data/a.json', artifact());
    await sterownia('artifacts', 'publish', 'decision_engine', 'data/a.json', 'v1');
    expect(printed('validate_artifact')).toBe('Schema OK: models/decision_engine/model-v1.json\n');
    expect(jq('.versions.v1.file', 'models/decision_engine/manifest.json')).toBe('model-v1.json');
  });

  test('the gate of the snippet is shut and opens with the signatures that were given here', async () => {
    put('config/console.json', { sign_offs: { four_eyes: false } });
    put('audit/ai_decision/drift/20260101T000000Z_drift.json', { model_name: 'm', drift_score: 0.1, threshold: 3, timestamp: '2026-01-01T00:00:00+00:00' });
    const report = 'audit/ai_decision/data_quality/20260101T000000Z_completeness.json';
    mkdirSync(dirname(join(workspace, report)), { recursive: true });
    // As the bot writes it: a byte order mark, an offset, a float where an integer would do, and a member that nobody knows.
    python(`import json\njson.dump({"category": "completeness", "status": "alert", "timestamp": "2026-01-01T05:30:00+05:30", "policy": {"enforce": True}, "rows": 10.0, "further": [1e-07]}, open(${JSON.stringify(report)}, "w", encoding="utf-8"), indent=2)`);
    expect(snippet('sign_offs')).toMatchObject({ status: 1, out: 'Brak podpisu risk dla 1 raportów\nBrak podpisu compliance dla 1 raportów\n' });
    await run(runSterownia, ['signoffs', 'check'], 3);
    for (const role of ['risk', 'compliance']) await sterownia('signoffs', 'sign', report, '--role', role, '--status', 'approved');
    expect(printed('sign_offs')).toBe("Sign-off gate passed\nPending summary: {'risk': 0}\n");
    await run(runSterownia, ['signoffs', 'check'], 0);
    expect(python(`import json\nr = json.load(open(${JSON.stringify(report)}))\nprint(repr(r["rows"]), r["further"], r["timestamp"], sorted(r["sign_off"]))`)).toBe("10.0 [1e-07] 2026-01-01T05:30:00+05:30 ['compliance', 'risk']\n");
  });

  test('a report with a byte order mark is an alert like any other', async () => {
    put('audit/ai_decision/data_quality/1.json', '\ufeff{"category": "bounds", "status": "alert", "policy": {"enforce": true}}');
    expect((await answer('signoffs', 'pending'))['pending']).toMatchObject({ risk: [{ category: 'bounds', reason: 'unsigned' }] });
  });
});

describe('the registry', () => {
  const registry = 'var/models/quality/decision_engine';

  test('and what a promotion leaves are read by jq and json.tool', async () => {
    const done = JSON.parse(await bridge('promote', '--model', 'decision_engine', '--version', 'v2', '--reason', 'Degradacja championa')) as { readonly audit_directory: string };
    expect(jq('{version: .report.version, reason}', `${registry}/champion.json`)).toEqual({ version: 'v2', reason: 'Degradacja championa' });
    expect(jq('[.entries[].report.version]', `${registry}/challengers.json`)).toEqual(['v1', 'v3', 'v2']);
    expect(jq('[.status, .previous_champion.version, .candidate.version]', join(done.audit_directory, 'summary.json'))).toEqual(['promoted', 'v1', 'v2']);
    const diff = (await bridge('champion_diff', '--lhs', 'var/models/quality', '--model', 'decision_engine', '--model', 'risk_model')).trim();
    expect(jq('[.models, (.comparisons[0].differences | has("metrics_delta") and has("parameter_changes")), .missing.lhs]', diff)).toEqual([['decision_engine', 'risk_model'], true, []]);
    for (const path of [`${registry}/champion.json`, `${registry}/challengers.json`, join(done.audit_directory, 'summary.json'), diff]) {
      expect(JSON.parse(execFileSync('python3', ['-m', 'json.tool', path], { cwd: workspace, encoding: 'utf8' })), path).toEqual(JSON.parse(readFileSync(resolve(workspace, path), 'utf8')));
    }
  });

  test.each([
    ['a byte order mark and Windows line ends', `open(path, "w", encoding="utf-8-sig", newline="\\r\\n").write(json.dumps(champion, indent=2))`, 'v1', 0.61],
    ['odd numbers', `champion["report"]["version"] = 7; champion["report"]["metrics"]["summary"]["directional_accuracy"] = "0.610"; json.dump(champion, open(path, "w"))`, '7', '0.610'],
    ['NaN, which JSON has not', `champion["report"]["metrics"]["summary"]["mae"] = float("nan"); json.dump(champion, open(path, "w"))`, 'v1', 0.61],
    ['an offset and further members', `champion["decided_at"] = "2024-05-01T02:00:00+02:00"; champion["pinned"] = True; json.dump(champion, open(path, "w"))`, 'v1', 0.61],
    ['nothing but a report', `json.dump({"report": champion["report"]}, open(path, "w"))`, 'v1', 0.61],
  ])('as Python writes it is read with %s, and can be promoted from', async (_what, line, version, accuracy) => {
    python(`import json\npath = ${JSON.stringify(`${registry}/champion.json`)}\nchampion = json.load(open(path))\n${line}`);
    const rows = (await answer('models', 'list'))['models'] as readonly Record<string, unknown>[];
    expect(rows.find((row) => row['model'] === 'decision_engine')).toMatchObject({ version, metrics: { summary: { directional_accuracy: accuracy } } });
    await sterownia('models', 'promote', 'decision_engine', 'v3', '--reason', 'Written by another program');
    expect(jq('.report.version', `${registry}/champion.json`)).toBe('v3');
    expect(String(jq('.entries[0].report.version', `${registry}/challengers.json`))).toBe(version);
  });
});
