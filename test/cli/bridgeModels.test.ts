/** The commands on models as scripts give them, on real workspaces: answers, files, exit statuses. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConsole } from '#runtime';
import { runBridge } from '../../src/cli/bridge/main.ts';
import { runSterownia } from '../../src/cli/command.ts';
import { differences } from '../fixtures/conformance/compare.ts';
import { buildTree } from '../fixtures/conformance/tree.ts';
import { readJsonFile, versionsOnDisk } from '../models/support.ts';
import { inventory } from '../support/workspace.ts';
import { stage } from './support.ts';

let root = '';
let workspace = '';
let now = Date.parse('2024-07-01T12:00:00Z');

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-models-')));
  workspace = join(root, 'ws');
  mkdirSync(workspace);
  now = Date.parse('2024-07-01T12:00:00Z');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function run(program: typeof runBridge, args: readonly string[]): Promise<Ended> {
  const around = stage(args, { cwd: workspace });
  const status = await program({
    ...around, now: () => new Date(now),
    open: (options) => openConsole({ ...options, clock: { now: () => now }, configDirectory: join(root, 'person') }),
  });
  return { status, out: around.out.text, err: around.err.text };
}

const bridge = (...args: string[]): Promise<Ended> => run(runBridge, args);
const sterownia = (...args: string[]): Promise<Ended> => run(runSterownia, args);
const answerOf = (ended: Ended): Record<string, unknown> => JSON.parse(ended.out) as Record<string, unknown>;

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** A drift alert that nobody has signed, beside a quality report that asks for nothing. */
function putUnsignedAlert(): void {
  put('audit/ai_decision/data_quality/20240701T000000Z_completeness.json', { category: 'completeness', status: 'ok', timestamp: '2024-07-01T00:00:00+00:00', policy: { enforce: true } });
  put('audit/ai_decision/drift/20240701T000000Z_btc.json', { model_name: 'btc', drift_score: 5, threshold: 3, timestamp: '2024-07-01T00:00:00+00:00' });
}

const promoting = ['promote', '--model', 'decision_engine', '--version', 'v2'] as const;

interface Command {
  readonly program: string;
  readonly argv: readonly string[];
  readonly clock: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly exit_code: number;
  readonly crashed?: string;
  readonly stdout?: unknown;
  readonly printed_path?: string;
  readonly files_after: { readonly added?: Readonly<Record<string, { readonly json?: unknown }>> };
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly commands: readonly Command[];
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/champion.json'), 'utf8')) as { readonly cases: readonly Case[] };

/** Recorded refusals that the issue or the runbook made into something else. */
const accepted: Readonly<Record<string, number>> = {
  // Runbook 9.3 asks for the dry run that the earlier command refused.
  'promote --model alpha --version v2 --dry-run': 0,
};

async function replay(command: Command): Promise<void> {
  now = Date.parse(command.clock);
  const place = (text: string): string => text.replaceAll('{{WS}}', workspace);
  const argv = command.program === 'champion-diff' ? ['champion_diff', ...command.argv] : command.argv;
  const earlier = Object.keys(command.env ?? {}).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, Object.fromEntries(Object.entries(command.env ?? {}).map(([name, value]) => [name, place(value)])));
  const ended = await bridge(...argv.map(place));
  for (const [name, value] of earlier) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  // A crash of the earlier command is a refusal here.
  expect(ended.status, ended.err).toBe(command.crashed === undefined ? accepted[argv.join(' ')] ?? command.exit_code : 2);
  if (ended.status !== 0) expect(ended.out).toBe('');
  if (command.printed_path !== undefined) {
    expect(ended.out).toBe(`${command.printed_path}\n`);
    expect(differences(command.files_after.added?.[command.printed_path]?.json, readJsonFile(workspace, command.printed_path), workspace)).toEqual([]);
  } else if (ended.status === command.exit_code && command.exit_code === 0) {
    expect(differences(command.stdout, answerOf(ended), workspace)).toEqual([]);
  }
}

describe('recorded command lines on models', () => {
  const replayed = cases.filter((each) => each.commands.some((command) => command.program !== 'record'));

  test('are all there', () => expect(replayed.map((each) => each.id)).toEqual(['C001', 'C004', 'C013', 'C027', 'C036', 'C054', 'C059', 'C063', 'C067']));

  test.each(replayed.map((each) => [each.id, each.title, each] as const))('%s %s', async (id, _title, one) => {
    for (const [path, content] of Object.entries(one.files)) put(path, typeof content === 'object' && content !== null && '$text' in content ? String(content.$text) : content);
    // The first command of this case is the training side's; what it left is put there as it was recorded.
    for (const command of one.commands) {
      if (command.program === 'record') {
        for (const [path, file] of Object.entries(command.files_after.added ?? {})) if (file.json !== undefined) put(path, file.json);
        expect(id).toBe('C036');
      } else {
        await replay(command);
      }
    }
  });
});

describe('ui-bridge promote', () => {
  beforeEach(() => buildTree(workspace, 'plain'));

  test('previews with the keys of the answer, changes nothing, and the same command applies that plan', async () => {
    const before = inventory(join(workspace, 'var/models'));
    const preview = answerOf(await bridge(...promoting, '--reason', 'Manual override', '--dry-run'));
    expect(preview).toMatchObject({
      status: 'preview', dry_run: true, model: 'decision_engine', version: 'v2', reason: 'Manual override', previous_version: 'v1',
      champion_path: join(workspace, 'var/models/quality/decision_engine/champion.json'), audit_entry: null,
      planned: { champion: 'v2', challengers: ['v1', 'v3', 'v2'] }, guardrail: { state: 'off', share: 0, limit: 0.3 }, sign_offs: { state: 'off' }, blocked_by: [],
    });
    expect(inventory(join(workspace, 'var/models'))).toEqual(before);
    const done = answerOf(await bridge(...promoting, '--reason', 'Manual override'));
    expect(done).toMatchObject({ status: 'ok', plan_id: preview['plan_id'], audit_directory: join(workspace, 'audit/champion_promotions/decision_engine/20240701T120000_v2') });
    expect(versionsOnDisk(workspace, 'decision_engine')).toEqual({ champion: 'v2', challengers: ['v1', 'v3', 'v2'] });
    expect(Object.keys(done).slice(0, 8)).toEqual(Object.keys(preview).slice(0, 8));
    expect(answerOf(await sterownia('models', 'promotion', String(done['plan_id']), '--json'))).toEqual({ ...done, plan_id: undefined });
  });

  test.each([
    [[], 'gorszy od championa'], [['--reason', ''], 'gorszy od championa'], [['--reason', '   '], 'gorszy od championa'],
  ])('without a reason (%j) stores the challenger\'s own, never "None"', async (more, reason) => {
    expect(answerOf(await bridge(...promoting, ...more))).toMatchObject({ reason, audit_entry: { summary: { requested_reason: '' } } });
    expect(readJsonFile(workspace, 'var/models/quality/decision_engine/champion.json')['reason']).toBe(reason);
  });

  test('force without anything to override needs no word', async () => {
    expect((await bridge(...promoting, '--force')).status).toBe(0);
  });

  test('keeps the form of numbers that other programs wrote, and finds a version by its value', async () => {
    put('var/models/quality/numbers/champion.json', '{"decided_at": null, "report": {"version": "v0", "metrics": {"mae": 15.0, "pnl": NaN}}}');
    put('var/models/quality/numbers/challengers.json', '{"entries": [{"report": {"version": 1.0, "dataset_rows": 12345678901234567890, "metrics": {"mae": 2.50}}}]}');
    const champion = await bridge('champion', '--model', 'numbers');
    expect(champion.out).toContain('"champion": {"version": "v0", "metrics": {"mae": 15.0, "pnl": "NaN"}}');
    expect(champion.out).toContain('"report": {"version": 1.0, "dataset_rows": 12345678901234567890, "metrics": {"mae": 2.50}}');
    expect((await bridge('snapshot', '--model', 'numbers')).out).toContain('"challengers": [{"report": {"version": 1.0, "dataset_rows": 12345678901234567890');
    const done = await bridge('promote', '--model', 'numbers', '--version', '1', '--reason', 'One is enough for all');
    expect([done.status, done.err]).toEqual([0, '']);
    expect(done.out).toMatch(/"version": 1\.0, "reason": "One is enough for all", .*"dataset_rows": 12345678901234567890.*, "plan_id": "[^"]+"\}\n$/u);
    expect(readFileSync(join(workspace, 'var/models/quality/numbers/champion.json'), 'utf8')).toContain('"version": 1.0');
  });

  test('writes into the folders that are named, and the record can be listed as a report', async () => {
    const done = answerOf(await bridge('promote', '--model', 'risk_model', '--version', '7', '--quality-dir', 'var/models/quality', '--audit-dir', 'records', '--reason', 'Seventh is better'));
    expect(done).toMatchObject({ version: 7, audit_directory: join(workspace, 'records/risk_model/20240701T120000_7') });
    expect(answerOf(await bridge('overview', '--base-dir', 'records'))).toMatchObject({ reports: [{ relative_path: 'risk_model/20240701T120000_7', category: 'risk_model' }] });
  });

  test.each([
    ['an unknown version', ['--model', 'decision_engine', '--version', 'v9']],
    ['an unknown model', ['--model', 'ghost', '--version', 'v1']],
    ['a list of challengers that cannot be read', ['--model', 'corrupt_challengers', '--version', 'k1']],
    ['a way out of the registry', ['--model', '../quality/decision_engine', '--version', 'v2']],
    ['a reason that says nothing', ['--model', 'decision_engine', '--version', 'v2', '--reason', 'ok']],
    ['no version', ['--model', 'decision_engine']],
  ])('is wrong usage for %s: status 2, nothing on standard output, nothing changed', async (_what, args) => {
    const before = inventory(join(workspace, 'var/models'));
    const ended = await bridge('promote', ...args);
    expect([ended.status, ended.out]).toEqual([2, '']);
    expect(ended.err).toMatch(/ui-bridge promote: error: .+\n$/);
    expect(inventory(join(workspace, 'var/models'))).toEqual(before);
    expect(readdirSync(workspace)).not.toContain('champion_promotions');
  });

  test('is refused with status 3 while a sign-off is missing; force goes on and is recorded', async () => {
    putUnsignedAlert();
    const preview = await bridge(...promoting, '--dry-run');
    expect([preview.status, answerOf(preview)]).toMatchObject([0, { blocked_by: ['sign_offs_missing'], sign_offs: { state: 'missing' } }]);
    const refused = await bridge(...promoting);
    expect([refused.status, refused.out]).toEqual([3, '']);
    expect(refused.err).toMatch(/sign-offs are missing: compliance, risk\. Nothing was changed\./);
    expect(versionsOnDisk(workspace, 'decision_engine').champion).toBe('v1');
    for (const words of [[], ['--confirmation', 'yes']]) {
      const unconfirmed = await bridge(...promoting, '--force', ...words);
      expect([unconfirmed.status, unconfirmed.out]).toEqual([3, '']);
      expect(unconfirmed.err).toMatch(/--confirmation "override"/);
    }
    expect(versionsOnDisk(workspace, 'decision_engine').champion).toBe('v1');
    const forced = await bridge(...promoting, '--force', '--confirmation', 'override');
    expect([forced.status, answerOf(forced)]).toMatchObject([0, { audit_entry: { summary: { forced: true, gates: { blocked_by: ['sign_offs_missing'] } } } }]);
  });

  test.each([
    ['a policy that names sign-offs', ['sign_offs_unknown'], () => put('config/console.json', { sign_offs: { roles: ['risk'] } })],
    ['an empty folder of audit reports', ['sign_offs_unknown'], () => mkdirSync(join(workspace, 'audit/ai_decision'), { recursive: true })],
    ['a training job', ['sign_offs_unknown'], () => put('config/console.json', { retraining: { jobs: [{ name: 'btc', kind: 'command', argv: ['true'] }] } })],
    ['a policy that cannot be read', ['guardrail_unknown', 'sign_offs_unknown'], () => put('config/console.json', '{')],
  ])('takes missing reports for a shut gate where there is %s', async (_what, blocked, prepare) => {
    prepare();
    const preview = answerOf(await bridge(...promoting, '--dry-run'));
    expect(preview).toMatchObject({ blocked_by: blocked, sign_offs: { state: 'unknown' } });
  });

  test('keeps the gate shut after somebody took the reports away', async () => {
    putUnsignedAlert();
    expect((await sterownia('signoffs', 'sign', 'audit/ai_decision/drift/20240701T000000Z_btc.json', '--role', 'risk', '--status', 'escalated', '--notes', 'looks like a bad feed')).status).toBe(0);
    rmSync(join(workspace, 'audit/ai_decision'), { recursive: true });
    expect(answerOf(await bridge(...promoting, '--dry-run'))).toMatchObject({ blocked_by: ['sign_offs_unknown'] });
  });

  test('goes on where the policy switches sign-offs off', async () => {
    putUnsignedAlert();
    put('config/console.json', { sign_offs: { required: false } });
    expect((await bridge(...promoting)).status).toBe(0);
  });

  test('waits for a second person where the policy asks for one', async () => {
    put('config/console.json', { approval: { 'models.promote': 'required' } });
    const ended = await bridge(...promoting);
    expect([ended.status, ended.out]).toEqual([3, '']);
    expect(ended.err).toMatch(/sterownia plans approve/);
  });
});

describe('ui-bridge champion-diff', () => {
  beforeEach(() => buildTree(workspace, 'plain'));

  test.each(['champion-diff', 'champion_diff'])('%s prints the path below the folder that was named, and tells of a regression only when asked', async (name) => {
    const summary = (accuracy: number) => ({ report: { version: 'v0', status: 'ok', metrics: { summary: { directional_accuracy: accuracy } } } });
    put('lhs/decision_engine/champion.json', summary(0.9));
    expect(await bridge(name, '--lhs', 'lhs', '--tag', 'qa', '--model', 'decision_engine')).toMatchObject({ status: 0, out: 'audit/champion_diffs/champion_diff_20240701T120000_qa.json\n' });
    const failing = await bridge(name, '--lhs', 'lhs', '--output-dir', 'shared', '--fail-on-regression');
    expect(failing).toMatchObject({ status: 4, out: 'shared/champion_diff_20240701T120000.json\n' });
    expect(readJsonFile(workspace, failing.out.trim())).toMatchObject({ lhs_root: 'lhs', rhs_root: 'var/models/quality', regressions: [{ model: 'decision_engine' }] });
    expect((await bridge(name, '--lhs', 'lhs', '--threshold', '0.5', '--fail-on-regression')).status).toBe(0);
    expect((await bridge(name, '--threshold', 'much')).status).toBe(2);
    expect((await bridge(name, '--tag', '../x')).status).toBe(2);
  });
});

describe('names that are none', () => {
  test.each([['champion', '--model', '../x'], ['champion', '--model', 'a\u202eb'], ['champion_diff', '--model', '../x'], ['snapshot', '--model', 'a/b'], ['promote', '--model', 'm', '--version', 'v9/../../..']])(
    'are wrong usage, and not echoed as they are: %s %s %j', async (...args) => {
      const ended = await bridge(...args);
      expect([ended.status, ended.out]).toEqual([2, '']);
      expect(ended.err).not.toContain('\u202e');
      expect(existsSync(join(workspace, 'audit'))).toBe(false);
    },
  );
});

describe('ui-bridge snapshot', () => {
  beforeEach(() => buildTree(workspace, 'plain'));

  test('tells what would be promoted, and keeps the answer where it is asked to', async () => {
    const before = inventory(workspace);
    const plain = answerOf(await bridge('auto-mode-snapshot', '--model', 'decision_engine'));
    expect(plain).not.toHaveProperty('dry_run');
    expect(inventory(workspace)).toEqual(before);
    const ended = await bridge('snapshot', '--model', 'decision_engine', '--dry-run', '--output', 'audit/champion_promotions/preview_20240701.json');
    expect(ended.status).toBe(0);
    expect(answerOf(ended)).toMatchObject({ ...plain, dry_run: true, generated_at: '2024-07-01T12:00:00+00:00', recommended_promotion: null });
    expect(readJsonFile(workspace, 'audit/champion_promotions/preview_20240701.json')).toEqual(answerOf(ended));
    expect(readFileSync(join(workspace, 'audit/champion_promotions/preview_20240701.json'), 'utf8')).toMatch(/^\{\n {2}"model": "decision_engine",\n/u);
    expect((await bridge('snapshot', '--model', 'decision_engine', '--output', join(root, 'elsewhere/preview.json'))).status).toBe(6);
    expect((await sterownia('models', 'snapshot', '--model', 'decision_engine', '--dry-run', '--output', 'preview.json')).status).toBe(0);
    expect(readJsonFile(workspace, 'preview.json')).toEqual(answerOf(ended));
  });

  test('refuses a model that is no name', async () => {
    expect(await bridge('snapshot', '--model', '../x')).toMatchObject({ status: 2, out: '' });
  });
});

describe('sterownia models', () => {
  beforeEach(() => buildTree(workspace, 'plain'));

  test('asks for a reason and offers no way around it', async () => {
    const bare = await sterownia('models', 'promote', 'decision_engine', 'v2');
    expect([bare.status, bare.err]).toEqual([2, expect.stringMatching(/reason/)]);
    expect((await sterownia('models', 'promote', 'decision_engine', 'v2', '--reason', 'too short')).status).toBe(2);
    expect((await sterownia('models', 'promote', 'decision_engine', 'v2', '--reason-from-challenger')).status).toBe(2);
    expect((await sterownia('models', 'promote', '--help')).out).not.toMatch(/challenger's own/);
    expect(versionsOnDisk(workspace, 'decision_engine').champion).toBe('v1');
  });

  test('promotes, rolls back, and is stopped by a shut gate with status 3', async () => {
    expect((await sterownia('models', 'promote', 'decision_engine', 'v2', '--reason', 'Better on every window')).status).toBe(0);
    now += 60_000;
    expect((await sterownia('models', 'rollback', 'decision_engine', '--reason', 'Losses since the promotion')).status).toBe(0);
    expect(versionsOnDisk(workspace, 'decision_engine').champion).toBe('v1');
    putUnsignedAlert();
    const ended = await sterownia('models', 'promote', 'decision_engine', 'v3', '--reason', 'Better on every window', '--json');
    expect([ended.status, ended.out]).toEqual([3, '']);
    expect(JSON.parse(ended.err)).toMatchObject({ error: { code: 'GATE_SHUT', details: { reasons: ['sign-offs are missing: compliance, risk'] } } });
  });

  test('knows no promotion of a plan that was not applied, or is of another kind', async () => {
    const preview = answerOf(await bridge(...promoting, '--dry-run'));
    expect((await sterownia('models', 'promotion', String(preview['plan_id']))).status).toBe(3);
    const purge = answerOf(await bridge('purge', '--category', 'smoke', '--dry-run'));
    expect((await sterownia('models', 'promotion', String(purge['plan_id']))).status).toBe(7);
  });
});

describe('sterownia models, for people', () => {
  beforeEach(() => {
    buildTree(workspace, 'plain');
    const summary = (accuracy: number, mae: number) => ({ metrics: { summary: { directional_accuracy: accuracy, mae } } });
    put('var/models/quality/alpha/champion.json', { model_name: 'alpha', decided_at: '2024-05-01T00:00:00+00:00', reason: 'seed of the model', report: { version: 'v1', status: 'ok', ...summary(0.61, 15) } });
    put('var/models/quality/alpha/challengers.json', { entries: [{ decided_at: '2024-05-02T00:00:00+00:00', reason: 'weaker', report: { version: 'v2', status: 'degraded', ...summary(0.5, 14) } }] });
  });

  test('a preview compares metric by metric, warns, names gates, undo and every file, and no digests of files', async () => {
    const { out, status } = await sterownia('models', 'promote', 'alpha', 'v2', '--reason', 'Losses since the promotion', '--dry-run');
    expect(status).toBe(0);
    expect(out).toMatch(/champion now: +v1 \(ok\)\nchampion then: +v2 \(degraded\)\nreason: +Losses since the promotion\n/);
    expect(out).toMatch(/Warnings\n {2}This version is degraded by its own quality report\.\n {2}Some metrics are worse/);
    expect(out).toMatch(/METRIC +NOW +THEN +CHANGE\nsummary\.directional_accuracy +0\.61 +0\.5 +-0\.11 +worse\nsummary\.mae +15 +14 +-1 +better\n/);
    expect(out).toMatch(/guardrails: +off; 0 % of the last changes under a guardrail, at most 30 %; No guardrails are set up/);
    expect(out).toMatch(/sign-offs: +off/);
    expect(out).toMatch(/undo: +promotes v1 back\n/);
    expect(out).toMatch(/Would write\n(?: {2}.+\n)* {2}var\/models\/quality\/alpha\/champion\.json\n/);
    expect(out).not.toMatch(/champion_digest|from the trash/);
  });

  test('champion names version, status, since when and why; as of an instant also the entries that prove it', async () => {
    expect((await sterownia('models', 'champion', '--model', 'alpha')).out).toMatch(/alpha +v1 +ok +2024-05-01 00:00:00 UTC +seed of the model\n/);
    await sterownia('models', 'promote', 'alpha', 'v2', '--reason', 'Losses since the promotion');
    const then = await sterownia('models', 'champion', '--model', 'alpha', '--as-of', '2024-08-01');
    expect([then.status, then.out]).toEqual([0, expect.stringMatching(/alpha +v2 +2024-07-01 12:00:00 UTC +- +manual +Losses since the promotion +\S.* +\d+\n/)]);
    expect((await sterownia('models', 'champion', '--model', 'ghost', '--as-of', '2024-08-01')).out).toContain('The journal says nothing about: ghost');
    for (const args of [['list'], ['compare', 'alpha', 'v1'], ['history', 'alpha'], ['diff', '--lhs', 'var/models/quality']]) expect((await sterownia('models', ...args)).out).not.toMatch(/\d+ fields|\d+ items?\b/);
    expect((await sterownia('models', 'history', 'alpha')).out).toMatch(/v1 +v2 +manual +\S.* Losses since the promotion +audit\/champion_promotions\/alpha\/20240701T120000_v2\/summary\.json/);
  });

  test('an entry that was changed proves nothing: said so, and status 8', async () => {
    await sterownia('models', 'promote', 'alpha', 'v2', '--reason', 'Losses since the promotion');
    const file = join(workspace, 'audit/journal/000001.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"version":"v2"', '"version":"v3"'));
    const { out, status } = await sterownia('models', 'champion', '--as-of', '2024-08-01');
    expect([status, out]).toEqual([8, expect.stringMatching(/alpha +v3 [^]*Changed since they were written, and no proof: entries \d+\. Run "sterownia journal verify"/)]);
    expect((await sterownia('automode', 'as-of', '2024-08-01')).status).toBe(8);
    expect((await sterownia('automode', 'as-of', '2024-06-01', '--json')).status).toBe(8);
  });

  test('--force asks for its word and takes no other', async () => {
    putUnsignedAlert();
    const forced = ['models', 'promote', 'alpha', 'v2', '--reason', 'Losses since the promotion', '--force'];
    const preview = await sterownia(...forced, '--dry-run');
    expect(preview.out).toMatch(/sign-offs: +missing; compliance, risk[^]*overridden: +sign_offs_missing/);
    const refused = await sterownia(...forced);
    expect([refused.status, refused.err]).toEqual([3, expect.stringContaining('--confirmation "override"')]);
    expect(versionsOnDisk(workspace, 'alpha').champion).toBe('v1');
    expect((await sterownia(...forced, '--confirmation', 'override')).status).toBe(0);
  });
});
