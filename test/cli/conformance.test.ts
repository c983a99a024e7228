/**
 * Replays recorded command lines of the earlier command. A difference is only allowed where it is written down here
 * with its reason.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole } from '#runtime';
import { runBridge } from '../../src/cli/bridge/main.ts';
import { differences, ordered, snapshot, type Entry } from '../fixtures/conformance/compare.ts';
import { buildTree } from '../fixtures/conformance/tree.ts';
import { stage } from './support.ts';
import { zipMembers } from './zipMembers.ts';

interface Command {
  readonly id: string;
  readonly title: string;
  readonly variant: string;
  readonly rebuild: boolean;
  readonly args: readonly string[];
}

interface Recorded {
  readonly exit_code: number;
  readonly stdout: unknown;
  readonly stderr_last: string;
  readonly fs: { readonly removed: readonly string[]; readonly added: Readonly<Record<string, Readonly<Record<string, unknown>>>>; readonly changed?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

interface Exception {
  readonly reason: string;
  /** Arguments that say today what the recorded ones said. */
  readonly args?: readonly string[];
  /** Facts of zip members that are not compared. */
  readonly members?: readonly string[];
  /** True where the order of keys is not compared. */
  readonly unordered?: boolean;
  /** Files that say more than the recorded ones, or say it in our words: their size and hash are not compared. */
  readonly differing?: readonly string[];
}

const exceptions: Readonly<Record<string, Exception>> = {
  111: {
    reason: 'a file that deflate would not make smaller is stored as it is',
    members: ['method'],
  },
  113: {
    reason: 'a relative destination starts at the working directory, no longer at the folder of reports',
    args: ['archive', '--base-dir', 'var/reports', '--category', 'audit', '--destination', 'out'],
  },
  114: {
    reason: 'a relative destination starts at the working directory, so the folder of reports is spelt out',
    args: ['archive', '--base-dir', 'var/reports', '--destination', 'var/reports'],
  },
  130: {
    reason: 'the audit record is told as it stands on disk, keys sorted, and also says who promoted, by which plan, past which gates; why v1 was replaced is our own sentence',
    unordered: true,
    differing: ['audit/champion_promotions/decision_engine/20240701T120000_v2/summary.json', 'var/models/quality/decision_engine/challengers.json'],
  },
};

const fixtures = new URL('../fixtures/conformance/', import.meta.url);
const recordedOf = (id: string): Recorded => JSON.parse(readFileSync(new URL(`expected/${id}.json`, fixtures), 'utf8')) as Recorded;
const { commands, now } = JSON.parse(readFileSync(new URL('commands.json', fixtures), 'utf8')) as { commands: readonly Command[]; now: string };

/** What the console keeps for itself, and what it keeps as evidence. */
const ours = /^(audit|logs|config|state|var|var\/models\/quality\/decision_engine\/(history|pin)\.json|var\/(plans|trash|locks|\.trash|sterownia|state)|var\/reports_archives)(\/|$)/;

let root = '';
let workspace = '';

beforeAll(() => { root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-conformance-'))); });
afterAll(() => rmSync(root, { recursive: true, force: true }));

function prepare(command: Command): void {
  if (!command.rebuild && workspace !== '') return;
  rmSync(join(root, 'ws'), { recursive: true, force: true });
  workspace = join(root, 'ws');
  mkdirSync(workspace);
  buildTree(workspace, command.variant);
}

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[]): Promise<Answer> {
  const time = Date.parse(now);
  const around = stage(args.map((word) => word.replaceAll('{{WS}}', workspace)), { cwd: workspace });
  const status = await runBridge({
    ...around,
    now: () => new Date(time),
    open: (options) => openConsole({ ...options, clock: { now: () => time }, configDirectory: join(root, 'person') }),
  });
  return { status, out: around.out.text, err: around.err.text };
}

const memberFacts: readonly string[] = ['name', 'size', 'method', 'sha256'];

type Facts = Readonly<Record<string, unknown>>;

const wantedOf = (path: string, facts: Facts, exception: Exception | undefined): Facts => (exception?.differing?.includes(path) === true ? { type: facts['type'] } : facts);

async function expectAdded(added: Recorded['fs']['added'], after: ReadonlyMap<string, Entry>, exception: Exception | undefined): Promise<void> {
  const ignored = exception?.members ?? [];
  for (const [path, { members, ...wanted }] of Object.entries(added)) {
    expect(after.get(path), path).toMatchObject(wantedOf(path, wanted, exception));
    if (!Array.isArray(members)) continue;
    const found = await zipMembers(join(workspace, path));
    for (const member of members as readonly Readonly<Record<string, unknown>>[]) {
      const facts = Object.entries(member).filter(([name]) => memberFacts.includes(name) && !ignored.includes(name));
      expect(found, path).toContainEqual(expect.objectContaining(Object.fromEntries(facts)));
    }
  }
}


describe('recorded command lines', () => {
  for (const command of commands) {
    const exception = exceptions[command.id];
    test(`${command.id} ${command.title}${exception === undefined ? '' : ` (${exception.reason})`}`, async () => {
      prepare(command);
      const recorded = recordedOf(command.id);
      const before = snapshot(workspace);
      const answer = await run(exception?.args ?? command.args);
      const after = snapshot(workspace);

      expect(answer.status, answer.err).toBe(recorded.exit_code);
      if (recorded.stdout === null) {
        expect(answer.out).toBe('');
      } else {
        expect(answer.out.trimEnd().split('\n')).toHaveLength(1);
        const found: unknown = JSON.parse(answer.out);
        expect(differences(recorded.stdout, found, workspace)).toEqual([]);
        expect(exception?.unordered === true || ordered(recorded.stdout, found)).toBe(true);
      }
      expect(answer.err === '').toBe(recorded.stderr_last === '');

      expect([...before.keys()].filter((path) => !after.has(path)).sort()).toEqual([...recorded.fs.removed].sort());
      await expectAdded(recorded.fs.added, after, exception);
      const surplus = [...after.keys()].filter((path) => !before.has(path) && !Object.hasOwn(recorded.fs.added, path) && !ours.test(path));
      expect(surplus.filter((path) => !path.startsWith('out/') || !/manifest/.test(path))).toEqual([]);
      const changed = recorded.fs.changed ?? {};
      for (const [path, entry] of before) {
        if (Object.hasOwn(changed, path)) expect(after.get(path), path).toMatchObject(wantedOf(path, changed[path] ?? {}, exception));
        else if (after.has(path) && !ours.test(path)) expect(after.get(path), path).toEqual(entry);
      }
    });
  }

  test('every command line is replayed', () => {
    expect(commands).toHaveLength(45);
    expect(Object.keys(exceptions).filter((id) => !commands.some((command) => command.id === id))).toEqual([]);
  });
});
