import { describe, expect, test } from 'vitest';
import { runBridge } from '../../src/cli/bridge/main.ts';
import { parseBridge, type BridgeParsed } from '../../src/cli/bridge/arguments.ts';
import { bridgeCommands } from '../../src/cli/bridge/commands.ts';
import { expandHome } from '../../src/cli/bridge/request.ts';
import { outcomeOf, planOf, Refusal, ScriptedConsole, stage, type Script } from './support.ts';

const parse = (...argv: string[]): BridgeParsed => parseBridge(argv, bridgeCommands);

function values(...argv: string[]): Readonly<Record<string, unknown>> {
  const parsed = parse(...argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return Object.fromEntries(parsed.values);
}

describe('arguments as scripts for the earlier command give them', () => {
  test('a unique prefix stands for the option, an exact name wins over longer ones', () => {
    expect(values('overview', '--sum', 'valid', '--lim=5', '--sort', 'size')).toEqual({ summary_status: 'valid', limit: 5, sort: 'size' });
    expect(parse('overview', '--s', 'x')).toMatchObject({ kind: 'usage', message: expect.stringMatching(/^ambiguous option: --s could match --since/) });
  });

  test('--root and --base-dir are one option of delete', () => {
    expect(values('delete', 'x', '--root', 'a')).toEqual({ path: 'x', base_dir: 'a' });
    expect(values('delete', 'x', '--ro', 'a')).toEqual({ path: 'x', base_dir: 'a' });
    expect(parse('purge', '--root', 'a')).toMatchObject({ kind: 'usage' });
  });

  test('positionals and options stand in any order; -- ends the options', () => {
    expect(values('delete', '--dry-run', 'x', '--base-dir', 'b')).toEqual({ dry_run: true, path: 'x', base_dir: 'b' });
    expect(values('delete', '--dry-run', '--', '-x')).toEqual({ dry_run: true, path: '-x' });
    expect(values('delete', '--', '--dry-run')).toEqual({ path: '--dry-run' });
    expect(parse('delete', '-x')).toMatchObject({ kind: 'usage', message: 'unrecognized arguments: -x' });
  });

  test.each([[' 5 ', 5], ['1_0', 10], ['+7', 7], ['-1', -1], ['007', 7]])('%j is the whole number %i', (text, number) => {
    expect(values('overview', '--limit', text)).toEqual({ limit: number });
  });

  test.each(['ten', '', '1__0', '_1', '1.5', '5e1', '0x5'])('%j is no whole number', (text) => {
    expect(parse('overview', '--limit', text)).toMatchObject({ kind: 'usage', message: `argument --limit: invalid int value: '${text}'` });
  });

  test('a value that looks like an option is none, unless it holds a blank or stands after =', () => {
    expect(parse('overview', '--query', '--x')).toMatchObject({ kind: 'usage', message: 'argument --query: expected one argument' });
    expect(values('overview', '--query', '-a b')).toEqual({ query: '-a b' });
    expect(values('overview', '--query=--x')).toEqual({ query: '--x' });
    expect(values('overview', '--query', '')).toEqual({ query: '' });
  });

  test('choices are case-sensitive, repeated options add up or the last one wins', () => {
    expect(parse('overview', '--sort', 'SIZE')).toMatchObject({ kind: 'usage' });
    expect(values('overview', '--category', 'a', '--category', 'b', '--sort', 'name', '--sort', 'size')).toEqual({ category: ['a', 'b'], sort: 'size' });
  });

  test.each([
    [[], 'the following arguments are required: command'],
    [['Purge'], "argument command: invalid choice: 'Purge' (choose from overview, delete, purge, archive, champion, promote, champion-diff, snapshot)"],
    [['promote'], 'the following arguments are required: --model, --version'],
    [['promote', '--model', 'm'], 'the following arguments are required: --version'],
    [['champion', '--all'], 'unrecognized arguments: --all'],
    [['champion_diff', '--threshold', 'much'], "argument --threshold: invalid float value: 'much'"],
    [['delete'], 'the following arguments are required: path'],
    [['delete', 'a', 'b'], 'unrecognized arguments: b'],
    [['purge', '--dry-run=1'], "argument --dry-run: ignored explicit argument '1'"],
    [['archive', '--signal-quality-dir', 'x'], 'unrecognized arguments: --signal-quality-dir'],
    [['archive', '--format', 'rar'], "argument --format: invalid choice: 'rar' (choose from directory, zip, tar)"],
    [['overview', '--limit'], 'argument --limit: expected one argument'],
    [['--limit', '5'], 'unrecognized arguments: --limit'],
  ])('%j is refused', (argv, message) => {
    expect(parse(...argv)).toMatchObject({ kind: 'usage', message });
  });

  test('~ is the home folder in folders only', () => {
    expect(expandHome('~/x', '/home/a')).toBe('/home/a/x');
    expect(expandHome('~', '/home/a')).toBe('/home/a');
    expect(expandHome('~b/x', '/home/a')).toBe('~b/x');
    expect(expandHome('a/~', '/home/a')).toBe('a/~');
    expect(expandHome('')).toBe('.');
  });

  test.each([['-h'], ['--he'], ['purge', '-h'], ['purge', '--help']])('%j prints help on standard output', async (...argv) => {
    const around = stage(argv.filter((word): word is string => typeof word === 'string'));
    expect(await runBridge(around)).toBe(0);
    expect(around.out.text).toMatch(/^usage: ui-bridge/);
    expect(around.err.text).toBe('');
  });

  test('wrong usage says so on standard error alone and opens nothing', async () => {
    const around = stage(['overview', '--limit', 'ten']);
    expect(await runBridge(around)).toBe(2);
    expect(around.out.text).toBe('');
    expect(around.err.text).toMatch(/^usage: ui-bridge overview .*\nui-bridge overview: error: argument --limit: invalid int value: 'ten'\n$/);
    expect(around.opened).toEqual([]);
  });
});

const filters = { since: null, until: null, categories: [], summary_status: 'any', limit: null, offset: null, sort_key: 'updated_at', sort_direction: 'desc', query: null, has_exports: 'any' };
const quality = { directory: '/workspace/q', retention_days: 0, cutoff: null, status: 'skipped', reason: 'retention_disabled' };
const target = (n: number, status: string, error: string | null = null, kind = 'report'): Record<string, unknown> => ({
  n, kind, relative_path: `smoke/${n}`, absolute_path: `/workspace/var/reports/smoke/${n}`, category: 'smoke', updated_at: '2024-01-01T00:00:00+00:00',
  files: 3, directories: 1, bytes: 100, destination: `/out/${n}`, status, error, reasons: [],
});
const resultOf = (n: number, status: string, error: string | null = null): Record<string, unknown> => ({
  n, relative_path: `smoke/${n}`, absolute_path: `/workspace/var/reports/smoke/${n}`, destination: `/out/${n}`, status,
  files: status === 'done' ? 2 : 0, directories: status === 'done' ? 1 : 0, bytes: status === 'done' ? 90 : 0, error,
});

function script(targets: readonly unknown[], results: readonly unknown[], facts: Record<string, unknown>): Script {
  return ({ name }) => {
    if (name === 'plans.list') return { plans: [], pagination: { has_more: false }, problems: [] };
    if (name === 'plans.export') return { plan: { ...planOf({ facts }), targets, items: [] }, state: {}, results };
    return planOf(name === 'plans.apply' ? { outcome: outcomeOf('completed') } : {});
  };
}

async function answer(argv: readonly string[], run: Script): Promise<{ readonly status: number; readonly value: Record<string, unknown>; readonly err: string }> {
  const around = stage(argv, { console: new ScriptedConsole(run) });
  const status = await runBridge(around);
  return { status, value: around.out.text === '' ? {} : JSON.parse(around.out.text) as Record<string, unknown>, err: around.err.text };
}

describe('results in the words of the earlier command', () => {
  const facts = { filters, matched_count: 2, destination_directory: '/out', signal_quality_cleanup: quality };

  test.each([
    [['done', 'done'], 'completed', 0],
    [['done', 'error'], 'partial_failure', 5],
    [['error', 'error'], 'error', 6],
    [['not_found', 'not_found'], 'completed', 0],
    [['done', 'not_started'], 'cancelled', 130],
  ] as const)('purge with targets %j is %s and ends with %i', async (words, status, exit) => {
    const results = words.map((word, n) => resultOf(n, word, word === 'error' ? 'in use' : null));
    const told = await answer(['purge'], script([target(0, 'planned'), target(1, 'planned')], results, facts));
    expect(told.value['status']).toBe(status);
    expect(told.status).toBe(exit);
    const done = words.filter((word) => word === 'done').length;
    expect(told.value).toMatchObject({ matched_count: 2, planned_count: 2, deleted_count: done, removed_files: 2 * done, removed_size: 90 * done });
    const failed = words.map((word, n) => (word === 'error' ? `smoke/${n}: in use` : '')).filter((text) => text !== '');
    expect(told.value['errors']).toEqual(failed.length === 0 ? undefined : failed);
  });

  test('a preview counts what is planned, tells no errors and ends with 0', async () => {
    const told = await answer(['purge', '--dry-run'], script([target(0, 'planned'), target(1, 'error', 'in use')], [], facts));
    expect(told.status).toBe(0);
    expect(told.value).toMatchObject({ status: 'preview', dry_run: true, deleted_count: 0, removed_files: 3, targets: [{ status: 'preview' }, { status: 'error', error: 'in use' }] });
    expect(told.value).not.toHaveProperty('errors');
  });

  test('failed signal quality files make an otherwise complete purge partial', async () => {
    const told = await answer(['purge'], script(
      [target(0, 'planned'), target(1, 'planned', null, 'signal_quality')], [resultOf(0, 'done'), resultOf(1, 'error', 'in use')],
      { ...facts, signal_quality_cleanup: { ...quality, retention_days: 30, cutoff: '2024-01-01T00:00:00+00:00', status: 'preview', reason: null } }));
    expect(told.status).toBe(5);
    expect(told.value).toMatchObject({
      status: 'completed',
      signal_quality_cleanup: { status: 'error', matched: 1, removed: 0, errors: [{ path: '/workspace/var/reports/smoke/1', error: 'in use' }] },
    });
  });

  test.each([
    [['done', 'done'], 'completed', 0],
    [['done', 'skipped_existing'], 'partial_failure', 5],
    [['done', 'error'], 'partial_failure', 5],
    [['skipped_existing', 'skipped_existing'], 'error', 6],
  ] as const)('archive with targets %j is %s and ends with %i', async (words, status, exit) => {
    const told = await answer(['archive'], script([target(0, 'planned'), target(1, 'planned')], words.map((word, n) => resultOf(n, word)), facts));
    expect(told.value).toMatchObject({ status, destination_directory: '/out', format: 'directory', copied_count: words.filter((word) => word === 'done').length });
    expect(told.status).toBe(exit);
  });

  test('delete that failed tells the counts of what was really removed, and ends with 1', async () => {
    const told = await answer(['delete', 'smoke/0'], script([target(0, 'planned')], [{ ...resultOf(0, 'error', 'in use'), files: 1 }], {}));
    expect(told.status).toBe(1);
    expect(told.value).toMatchObject({ status: 'error', error: 'in use', removed_files: 1, removed_size: 0 });
    expect(told.value).not.toHaveProperty('result');
  });

  test('tar of the earlier command was compressed; a .tar destination is not', async () => {
    const asked = async (...argv: string[]): Promise<unknown> => {
      const console = new ScriptedConsole(script([], [], facts));
      await runBridge(stage(argv, { console }));
      return console.calls[0]?.input;
    };
    expect(await asked('archive', '--format', 'tar')).toMatchObject({ format: 'tar.gz' });
    expect(await asked('archive', '--format', 'tar', '--destination', 'x.tar')).toMatchObject({ format: 'tar' });
    expect(await asked('archive', '--format', 'zip')).toMatchObject({ format: 'zip' });
    expect(await asked('archive')).toMatchObject({ format: 'directory' });
  });
});

describe('refusals', () => {
  test('a missing approval is told on standard error with status 3', async () => {
    const told = await answer(['purge'], ({ name }) => {
      if (name === 'plans.list') return { plans: [], pagination: { has_more: false }, problems: [] };
      return name === 'plans.apply' ? new Refusal('APPROVAL_REQUIRED', 'waits') : planOf();
    });
    expect(told.status).toBe(3);
    expect(told.value).toEqual({});
    expect(told.err).toMatch(/^ui-bridge purge: error: waits .*sterownia plans approve plan-aaaaaa.*\n$/);
  });

  test('every difference of a stale plan is named', async () => {
    const told = await answer(['purge'], ({ name }) => {
      if (name === 'plans.list') return { plans: [], pagination: { has_more: false }, problems: [] };
      return name === 'plans.apply' ? new Refusal('PLAN_STALE', 'stale', { drift: [{ path: 'a', change: 'gone' }, { path: 'b', change: 'changed' }] }) : planOf();
    });
    expect(told.status).toBe(3);
    expect(told.err).toMatch(/"a".*\n.*"b".*\nui-bridge purge: error: stale/);
  });

  test('a workspace that cannot be opened is one line, without a stack trace', async () => {
    const around = { ...stage(['overview']), open: () => Promise.reject(new Error('boom')) };
    expect(await runBridge(around)).toBe(1);
    expect(around.err.text).toBe('ui-bridge overview: error: boom\n');
    expect(around.out.text).toBe('');
  });
});
