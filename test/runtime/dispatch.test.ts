import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationEntry, operationNames, type PlanView } from '#contract';
import { openConsole, type Console } from '#runtime';
import { dispatch } from '../../src/runtime/front/dispatch.ts';
import { actorNamed, inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
let console_: Console;

const open = (name = 'anna'): Promise<Console> => openConsole({
  workspace: workspace.root, host: 'cli', threads: false, actor: actorNamed(name), configDirectory: join(workspace.root, '.person'),
});

beforeEach(async () => {
  workspace = testWorkspace();
  workspace.put('var/reports/daily/2026-11-01/summary.json', '{"report_date": "2026-11-01"}');
  workspace.put('var/reports/daily/2026-11-01/ledger.csv', 'a,b\n');
  console_ = await open();
});
afterEach(async () => {
  await console_.close();
  workspace.remove();
});

const window = { door: 'window' } as const;
const code = async (name: string, input: unknown): Promise<string> => {
  const result = await console_.call(name, input, window);
  return result.ok ? 'ok' : result.error.code;
};

describe('a call', () => {
  it.each([
    ['no.such', {}, 'UNKNOWN_OPERATION'],
    ['__proto__', {}, 'UNKNOWN_OPERATION'],
    ['toString', {}, 'UNKNOWN_OPERATION'],
    ['reports.list', null, 'ok'],
    ['reports.list', [], 'INPUT_INVALID'],
    ['reports.list', 'text', 'INPUT_INVALID'],
    ['reports.list', { limit: 0 }, 'INPUT_INVALID'],
    ['reports.list', { limit: '25' }, 'INPUT_INVALID'],
    ['reports.list', { unknown_field: 1 }, 'INPUT_INVALID'],
    ['reports.list', { since: 'yesterday' }, 'INPUT_INVALID'],
    ['reports.list', { since: '2026-11-02', until: '2026-11-01' }, 'INPUT_INVALID'],
    ['reports.show', { relative_path: '../../etc' }, 'PATH_OUTSIDE_ROOT'],
    ['reports.show', { relative_path: 'daily/none' }, 'NOT_FOUND'],
    ['reports.list', { base_dir: '/etc' }, 'PATH_OUTSIDE_ROOT'],
    ['reports.delete', { path: '..' }, 'PATH_OUTSIDE_ROOT'],
    ['reports.delete', { path: '' }, 'PATH_INVALID'],
    ['reports.archive', { destination: '/tmp/elsewhere' }, 'PATH_OUTSIDE_ROOT'],
    ['plans.show', { id: '../../x' }, 'INPUT_INVALID'],
    ['plans.show', { id: '20261120-000000-abcdefgh' }, 'NOT_FOUND'],
    ['trash.restore', { id: 'nothing-here' }, 'NOT_FOUND'],
  ])('%s %j answers %s', async (name, input, expected) => {
    expect(await code(name, input)).toBe(expected);
  });

  it('names the field and the remedy of bad input, and changes nothing', async () => {
    const before = inventory(join(workspace.root, 'var'));
    const result = await console_.call('reports.purge', { summary_status: 'broken' }, window);
    expect(result).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID', details: { field: 'summary_status' } } });
    expect(result.ok ? '' : result.error.remedy).toMatch(/summary_status/u);
    expect(inventory(join(workspace.root, 'var'))).toEqual(before);
  });

  it('of any query writes nothing', async () => {
    const before = inventory(workspace.root);
    for (const name of operationNames.filter((each) => /\.(?:list|overview|dashboards|filter_sets|info|verify|snapshot|notifications)$/u.test(each))) {
      expect(await code(name, {})).toBe('ok');
    }
    expect(inventory(workspace.root)).toEqual(before);
  });
});

describe('a capability of the licence', () => {
  const ask = (capabilities: readonly string[]) => dispatch({
    name: 'reports.list', input: {}, standing: { actor: actorNamed('anna'), role: 'admin', capabilities: new Set(capabilities), readOnly: null }, checkOutput: false,
    entryOf: () => ({ ...operationEntry('reports.list'), capability: 'fleet' }), run: () => Promise.resolve('ran'), onDefect: () => undefined,
  });

  it('shuts an operation that names it to everybody who has not got it', async () => {
    expect(await ask(['other'])).toMatchObject({ ok: false, error: { code: 'LICENCE_REQUIRED', details: { capability: 'fleet' } } });
    expect(await ask(['fleet'])).toEqual({ ok: true, value: 'ran' });
  });
});

describe('a role', () => {
  it('lets viewers look and no more', async () => {
    workspace.put('config/console.json', '{"viewers": ["anna"]}');
    expect(await code('reports.list', {})).toBe('ok');
    expect(await code('reports.purge', {})).toBe('FORBIDDEN');
    expect(await code('plans.approve', { id: '20261120-000000-abcdefgh' })).toBe('FORBIDDEN');
    expect(await code('console.save_preferences', { theme: 'dark' })).toBe('ok');
  });

  it('keeps approvals to the admins that the policy names', async () => {
    workspace.put('config/console.json', '{"admins": ["jan"]}');
    expect(await code('plans.approve', { id: '20261120-000000-abcdefgh' })).toBe('FORBIDDEN');
    expect(await code('reports.purge', {})).toBe('ok');
  });

  it('is the strictest while the policy file is damaged: every plan needs an approval', async () => {
    workspace.put('config/console.json', '{"approval": ');
    const result = await console_.invoke('reports.purge', {}, window);
    expect(result).toMatchObject({ ok: true, value: { policy: { approval: 'required' } } });
    expect(await console_.invoke('workspace.info', {}, window)).toMatchObject({ ok: true, value: { policy_problem_notes: [{ code: 'policy_damaged', params: { path: 'config/console.json' } }] } });
  });
});

describe('an apply that waits for an approval', () => {
  const applied = async (): Promise<unknown> => {
    const plan = await console_.call('reports.delete', { path: 'daily' }, window);
    return console_.call('plans.apply', { id: plan.ok ? (plan.value as PlanView).id : '' }, window);
  };

  it('names a damaged policy as the reason, with the remedy', async () => {
    workspace.put('config/console.json', '{"approval": ');
    expect(await applied()).toMatchObject({
      ok: false,
      error: {
        code: 'APPROVAL_REQUIRED', message: expect.stringContaining('config/console.json cannot be read'), remedy: expect.stringContaining('Repair config/console.json'),
        details: { path: 'config/console.json', notes: [{ code: 'approval_policy_damaged' }] },
      },
    });
  });

  it('names an approver where the policy asks for one', async () => {
    workspace.put('config/console.json', '{"approval": {"reports.delete": "required"}}');
    expect(await applied()).toMatchObject({ ok: false, error: { code: 'APPROVAL_REQUIRED', remedy: expect.stringContaining('An admin other than anna') } });
  });
});

describe('preferences', () => {
  it('keep what a change does not name', async () => {
    await console_.invoke('console.save_preferences', { theme: 'dark' }, window);
    await console_.invoke('console.save_preferences', { language: 'pl' }, window);
    const snapshot = await console_.invoke('console.snapshot', {}, window);
    expect(snapshot).toMatchObject({ ok: true, value: { preferences: { theme: 'dark', language: 'pl', page_size: 50 } } });
  });
});

describe('a workspace that cannot be written', () => {
  it.skipIf(process.platform === 'win32')('is open for reading only', () => {
    const other = testWorkspace();
    const config = mkdtempSync(join(tmpdir(), 'sterownia-other-'));
    try {
      chmodSync(config, 0o777);
      chmodSync(workspace.root, 0o555);
      const script = join(import.meta.dirname, '..', 'fixtures', 'runtime', 'otherAccount.ts');
      const told: unknown = JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, other.root, workspace.root, config], {
        encoding: 'utf8', env: { ...process.env, STEROWNIA_KEYRING: 'file', HOME: config },
      }));
      expect(told).toMatchObject({
        uid: process.getuid?.() === 0 ? 65534 : process.getuid?.(), list: 'ok', purge: 'READ_ONLY', check: { status: 'clean', read_only: true },
        workspace: { read_only: expect.stringContaining('not writable'), read_only_notes: [{ code: 'folder_not_writable', params: { path: workspace.root } }] },
      });
    } finally {
      chmodSync(workspace.root, 0o755);
      rmSync(config, { recursive: true, force: true });
      other.remove();
    }
  });
});

describe('opening', () => {
  it('refuses a folder that is not there, in words', async () => {
    await expect(openConsole({ workspace: join(workspace.root, 'missing'), host: 'cli', threads: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
