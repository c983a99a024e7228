import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorTable, errorCodes } from '#contract';
import { runSterownia } from '../../src/cli/command.ts';
import { answerOf } from '../support/double.ts';
import { outcomeOf, planOf, Refusal, ScriptedConsole, stage, type Script } from './support.ts';

const words = (line: string): string[] => line.split(' ');
const noPlans = { plans: [], pagination: { has_more: false }, problems: [] };

describe('output', () => {
  const info = answerOf('workspace.info', { workspace: { id: 'w', path: '/w\u001b[31m', name: 'biuro', demo: false, host: 'desk', read_only: null } });

  test('--json prints one line of JSON and nothing else', async () => {
    const around = stage(words('workspace info --json'), { console: new ScriptedConsole(() => info), terminal: true });
    expect(await runSterownia(around)).toBe(0);
    expect(around.out.text).toBe(`${JSON.stringify(info)}\n`);
    expect(around.err.text).toBe('');
  });

  test('an error with --json is one line of JSON on standard error, standard output stays empty', async () => {
    const around = stage(words('plans show plan-zzzzzz --json'), { console: new ScriptedConsole(() => new Refusal('NOT_FOUND', 'no such plan')) });
    expect(await runSterownia(around)).toBe(7);
    expect(around.out.text).toBe('');
    expect(JSON.parse(around.err.text)).toEqual({ error: { code: 'NOT_FOUND', message: 'no such plan', remedy: '', details: {} } });
    expect(around.err.text.split('\n')).toHaveLength(2);
  });

  test('wrong usage with --json is the same envelope', async () => {
    const around = stage(words('reports list --limit ten --json'));
    expect(await runSterownia(around)).toBe(2);
    expect(JSON.parse(around.err.text)).toMatchObject({ error: { code: 'INPUT_INVALID', details: { field: 'limit' } } });
    expect(around.opened).toEqual([]);
  });

  test('text from disk cannot control the terminal', async () => {
    const around = stage(words('workspace info'), { console: new ScriptedConsole(() => info) });
    await runSterownia(around);
    expect(around.out.text).toContain('/w\\u001b[31m');
    expect(around.out.text).not.toContain('\u001b');
  });

  const verified = { status: 'verified', entries: 3, segments: 1, checkpoints: 1, unsigned_tail: 0, key: { storage: 'file', warning: 'no keyring' }, findings: [], verified_at: '2026-11-20T12:00:00Z' };

  test.each([
    ['a terminal', true, {}, [], true],
    ['a pipe', false, {}, [], false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, [], false],
    ['--no-color', true, {}, ['--no-color'], false],
    ['a dumb terminal', true, { TERM: 'dumb' }, [], false],
  ])('colour with %s', async (_name, terminal, env, extra, coloured) => {
    const around = stage(['journal', 'verify', ...extra], { console: new ScriptedConsole(() => verified), terminal, env });
    await runSterownia(around);
    expect(around.out.text.includes('\u001b[')).toBe(coloured);
  });

  test('progress is shown on a terminal only, and wiped', async () => {
    const script: Script = ({ options }) => {
      options.onProgress?.({ phase: 'hashing', done: 1, total: 2, bytes_done: 0, bytes_total: null, item: null });
      return verified;
    };
    const terminal = stage(words('journal verify'), { console: new ScriptedConsole(script), terminal: true });
    await runSterownia(terminal);
    expect(terminal.err.text).toBe('\r\u001b[2Khashing 1/2\r\u001b[2K');
    for (const piped of [stage(words('journal verify'), { console: new ScriptedConsole(script) }),
      stage(words('journal verify --quiet'), { console: new ScriptedConsole(script), terminal: true })]) {
      await runSterownia(piped);
      expect(piped.err.text).toBe('');
    }
  });
});

describe('exit statuses', () => {
  test.each(errorCodes)('%s ends with the status of the table', async (code) => {
    const console = new ScriptedConsole(() => new Refusal(code));
    const around = stage(words('workspace info'), { console });
    expect(await runSterownia(around)).toBe(errorTable[code].exit);
    expect(around.err.text).toContain(`[${code}]`);
    expect(console.closed).toBe(1);
  });

  test.each([
    ['workspace check', { status: 'problems', findings: [] }, 8],
    ['workspace check', { status: 'repaired', findings: [] }, 0],
    ['journal verify', { status: 'broken', findings: [], key: {} }, 8],
    ['plans check plan-aaaaaa', { fresh: false, drift: [], drift_count: 0 }, 8],
    ['plans check plan-aaaaaa', { fresh: true, drift: [], drift_count: 0 }, 0],
    ['trash restore entry-aaaa', { status: 'partial_failure' }, 5],
    ['trash restore entry-aaaa', { status: 'error' }, 6],
    ['trash restore entry-aaaa', { status: 'cancelled' }, 130],
    ['plans apply plan-aaaaaa', planOf({ outcome: outcomeOf('completed') }), 0],
    ['plans apply plan-aaaaaa', planOf({ outcome: outcomeOf('partial_failure') }), 5],
    ['plans apply plan-aaaaaa', planOf({ outcome: outcomeOf('error') }), 6],
    ['plans apply plan-aaaaaa', planOf({ outcome: outcomeOf('reverted') }), 6],
    ['plans undo plan-aaaaaa', planOf({ undo: { actor: planOf().author, at: '2026-11-20T12:00:00Z', restored: 1, failed: 1 } }), 5],
    ['plans undo plan-aaaaaa', planOf({ undo: { actor: planOf().author, at: '2026-11-20T12:00:00Z', restored: 0, failed: 1 } }), 6],
  ])('%s', async (line, value, status) => {
    const around = stage([...words(line), '--json'], { console: new ScriptedConsole(() => value) });
    expect(await runSterownia(around)).toBe(status);
  });

  test('a throwing console is told as a defect, without a stack trace', async () => {
    const around = stage(words('workspace info'), { console: new ScriptedConsole(() => { throw new Error('boom'); }) });
    expect(await runSterownia(around)).toBe(1);
    expect(around.err.text).toMatch(/^error: boom \[INTERNAL\]/);
    expect(around.err.text).not.toContain(' at ');
  });
});

describe('workspace and host', () => {
  test.each([
    [[], {}, '/here'],
    [[], { STEROWNIA_WORKSPACE: '/env' }, '/env'],
    [[], { STEROWNIA_WORKSPACE: '' }, '/here'],
    [['--workspace', 'sub'], { STEROWNIA_WORKSPACE: '/env' }, '/here/sub'],
  ])('%j with %j opens %s', async (args, env, workspace) => {
    const around = stage(['workspace', 'info', ...args], { console: new ScriptedConsole(() => ({})), env, cwd: '/here' });
    await runSterownia(around);
    expect(around.opened).toEqual([{ workspace, host: 'cli', threads: false, onRecovered: expect.any(Function) }]);
  });

  test('a relative destination starts where the person stands, a folder of reports at the workspace', async () => {
    const console = new ScriptedConsole(() => planOf());
    await runSterownia(stage(words('reports archive --workspace ws --destination out --base-dir var/reports --dry-run'), { console, cwd: '/here' }));
    expect(console.calls[0]?.input).toEqual({ destination: '/here/out', base_dir: 'var/reports' });
  });

  test('serve goes to the headless host with its own options', async () => {
    const around = stage(words('serve --port 8700 --workspace w'), { cwd: '/here' });
    expect(await runSterownia(around)).toBe(0);
    expect(around.served).toEqual([{ argv: ['--port', '8700'], workspace: '/here/w' }]);
  });

  test('the stop signal reaches the operation, and a stopped operation ends with 130', async () => {
    const controller = new AbortController();
    const console = new ScriptedConsole(async ({ options }) => {
      controller.abort();
      return options.signal?.aborted === true ? new Refusal('CANCELLED', 'stopped') : {};
    });
    const around = stage(words('journal verify'), { console, signal: controller.signal });
    expect(await runSterownia(around)).toBe(130);
    expect(console.closed).toBe(1);
  });
});

describe('plans', () => {
  const applied = planOf({ status: 'applied', outcome: outcomeOf('completed') });
  const listed = (...plans: ReturnType<typeof planOf>[]): Script => ({ name }) => {
    if (name === 'plans.list') return { ...noPlans, plans };
    if (name === 'plans.targets') return { targets: [], pagination: { total_count: 0 } };
    return name === 'plans.apply' ? applied : planOf({ id: 'plan-made00' });
  };
  const names = (console: ScriptedConsole): string[] => console.calls.map((call) => call.name).filter((name) => name !== 'plans.targets');
  const appliedId = (console: ScriptedConsole): unknown => console.calls.find((call) => call.name === 'plans.apply')?.input;

  test('--dry-run plans and stops there', async () => {
    const console = new ScriptedConsole(listed());
    const around = stage(words('reports purge --category smoke --dry-run'), { console });
    expect(await runSterownia(around)).toBe(0);
    expect(names(console)).toEqual(['reports.purge']);
    expect(console.calls[0]?.input).toEqual({ category: ['smoke'] });
    expect(around.err.text).toMatch(/Nothing was changed/);
  });

  test('a preview for people lists its targets and says how many more there are; a result lists what went wrong', async () => {
    const row = { n: 0, relative_path: 'smoke/run_a', files: 2, bytes: 10, status: 'planned', result: null, reasons: [{ code: 'category', value: 'smoke' }], error: null };
    const console = new ScriptedConsole(({ name }) => (name === 'plans.targets' ? { targets: [row], pagination: { total_count: 80 } } : planOf({ id: 'plan-made00' })));
    const around = stage(words('reports purge --dry-run'), { console });
    await runSterownia(around);
    expect(around.out.text).toMatch(/smoke\/run_a .* planned +category=smoke/);
    expect(around.out.text).toContain('and 79 more: sterownia plans targets plan-made00');
    const done = new ScriptedConsole(listed());
    await runSterownia(stage(words('reports purge'), { console: done }));
    expect(done.calls.at(-1)).toMatchObject({ name: 'plans.targets', input: { problems_only: true } });
  });

  test('without a stored twin the new plan is applied in one go', async () => {
    const console = new ScriptedConsole(listed());
    const around = stage(words('reports purge --json'), { console });
    expect(await runSterownia(around)).toBe(0);
    expect(names(console)).toEqual(['reports.purge', 'plans.list', 'plans.apply']);
    expect(appliedId(console)).toEqual({ id: 'plan-made00', confirmation: 'purge' });
    expect(JSON.parse(around.out.text)).toEqual(applied);
  });

  test('a stored plan of equal content is applied, an approved one before a waiting one', async () => {
    const waiting = planOf({ id: 'plan-waits0' });
    const approved = planOf({ id: 'plan-apprvd', status: 'approved' });
    const first = new ScriptedConsole(listed(waiting));
    await runSterownia(stage(words('reports purge'), { console: first }));
    expect(appliedId(first)).toMatchObject({ id: 'plan-waits0' });
    const second = new ScriptedConsole(listed(waiting, approved));
    await runSterownia(stage(words('reports purge'), { console: second }));
    expect(appliedId(second)).toMatchObject({ id: 'plan-apprvd' });
  });

  test('a stored plan of other content, another base or past its time is not taken', async () => {
    const console = new ScriptedConsole(listed(
      planOf({ id: 'plan-other0', content_digest: 'e'.repeat(64) }),
      planOf({ id: 'plan-base00', base: '/elsewhere' }),
      planOf({ id: 'plan-late00', valid_until: '2026-11-20T11:59:59Z' }),
    ));
    await runSterownia(stage(words('reports purge'), { console }));
    expect(appliedId(console)).toMatchObject({ id: 'plan-made00' });
  });

  test('a plan without content is shown, not applied', async () => {
    const empty = planOf({ target_count: 0, planned_count: 0, needs: [{ kind: 'not_empty', met: false, detail: null }] });
    const console = new ScriptedConsole(() => empty);
    expect(await runSterownia(stage(words('reports purge --json'), { console }))).toBe(0);
    expect(names(console)).toEqual(['reports.purge']);
  });

  test.each([
    [['not_found'], 7],
    [['error', 'not_found'], 6],
    [['skipped_existing', 'skipped_existing'], 0],
  ])('a plan whose targets are all %j is not applied and ends with %i; as a dry run with 0', async (statuses, exit) => {
    const script: Script = ({ name }) => (name === 'plans.targets'
      ? { targets: statuses.map((status) => ({ status })), pagination: { total_count: statuses.length, has_more: false } }
      : planOf({ planned_count: 0, target_count: statuses.length, needs: [{ kind: 'not_empty', met: false, detail: null }] }));
    expect(await runSterownia(stage(words('reports purge --json'), { console: new ScriptedConsole(script) }))).toBe(exit);
    expect(await runSterownia(stage(words('reports purge --json --dry-run'), { console: new ScriptedConsole(script) }))).toBe(0);
  });

  test('a missing approval ends with 3, the plan and the way to get it approved', async () => {
    const console = new ScriptedConsole(({ name }) => {
      if (name === 'plans.list') return noPlans;
      return name === 'plans.apply' ? new Refusal('APPROVAL_REQUIRED', 'not approved') : planOf({ id: 'plan-made00' });
    });
    const around = stage(words('reports purge --json'), { console });
    expect(await runSterownia(around)).toBe(3);
    const { error } = JSON.parse(around.err.text) as { error: { details: unknown; remedy: string } };
    expect(error.details).toEqual({ plan_id: 'plan-made00' });
    expect(error.remedy).toContain('sterownia plans request plan-made00');
    expect(error.remedy).toContain('sterownia plans approve plan-made00');
  });

  test('a permanent plan is never confirmed for the person', async () => {
    const script: Script = ({ name, input }) => {
      if (name === 'plans.list') return noPlans;
      if (name !== 'plans.apply') return planOf({ id: 'plan-made00', permanent: true, confirmation: 'permanent' });
      return (input as { confirmation?: string }).confirmation === 'permanent' ? applied : new Refusal('CONFIRMATION_REQUIRED');
    };
    const without = new ScriptedConsole(script);
    const around = stage(words('reports purge --permanent'), { console: without });
    expect(await runSterownia(around)).toBe(3);
    expect(appliedId(without)).toEqual({ id: 'plan-made00' });
    expect(around.err.text).toContain('--confirmation "permanent"');
    const given = new ScriptedConsole(script);
    expect(await runSterownia(stage(words('reports purge --permanent --confirmation permanent --json'), { console: given }))).toBe(0);
  });

  test.each([['partial_failure', 5], ['error', 6], ['cancelled', 130]] as const)('an outcome of %s ends with %i', async (status, exit) => {
    const console = new ScriptedConsole(({ name }) => {
      if (name === 'plans.list') return noPlans;
      return planOf(name === 'plans.apply' ? { outcome: outcomeOf(status) } : {});
    });
    expect(await runSterownia(stage(words('reports purge --json'), { console }))).toBe(exit);
  });
});

describe('plans export', () => {
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sterownia-cli-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const document = answerOf('plans.export', { plan: { id: 'plan-aaaaaa' } });

  test('writes the whole file at once, readable for others', async () => {
    const around = stage(words('plans export plan-aaaaaa --output x.json'), { console: new ScriptedConsole(() => document), cwd: folder });
    expect(await runSterownia(around)).toBe(0);
    expect(around.out.text).toBe('');
    expect(JSON.parse(readFileSync(join(folder, 'x.json'), 'utf8'))).toEqual(document);
    expect(readdirSync(folder)).toEqual(['x.json']);
    expect(statSync(join(folder, 'x.json')).mode & 0o077).toBe(0o044 & ~process.umask());
  });

  test('prints the document without --output', async () => {
    const around = stage(words('plans export plan-aaaaaa'), { console: new ScriptedConsole(() => document) });
    await runSterownia(around);
    expect(JSON.parse(around.out.text)).toEqual(document);
  });

  test('a file that cannot be written is named and leaves nothing behind', async () => {
    const around = stage(words('plans export plan-aaaaaa --output none/x.json --json'), { console: new ScriptedConsole(() => document), cwd: folder });
    expect(await runSterownia(around)).toBe(6);
    expect(JSON.parse(around.err.text)).toMatchObject({ error: { code: 'IO', details: { field: 'output', path: join(folder, 'none/x.json') } } });
    expect(readdirSync(folder)).toEqual([]);
  });
});
