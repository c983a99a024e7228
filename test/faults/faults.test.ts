/** Whatever call fails and however, no file is lost and the journal agrees with the disk. */
import { describe, expect, it } from 'vitest';
import { openBench, removeRoot, type Bench } from '../maintenance/support.ts';
import type { FaultKind } from '../support/faultyFileSystem.ts';
import { commands, smallTree, type Command } from './commands.ts';
import { check, contentsBelow, counting, expectNothingLost, quickDisk, underFault } from './support.ts';

/** The last two take effect and fail all the same: an answer that got lost, a crash just after the call. */
const kinds = ['EIO', 'ENOSPC', 'EPERM', 'EBUSY', 'short', 'crash', 'EIO after the fact', 'crash after the fact'] as const;
/** Each kind strikes every so-many-th call; a crash strikes every one, and so do all with STEROWNIA_FAULTS=all. */
const all = process.env['STEROWNIA_FAULTS'] === 'all';
const stride: Readonly<Record<string, number>> = { EIO: 3, ENOSPC: 5, EPERM: 5, EBUSY: 7, short: 2, crash: 1, 'EIO after the fact': 4, 'crash after the fact': 6 };

const clock = Date.UTC(2026, 10, 20, 12, 30);

interface Prepared {
  readonly root: string;
  readonly id: string;
  readonly originals: ReadonlyMap<string, string>;
  readonly before: ReadonlyMap<string, string>;
}

async function prepared(command: Command): Promise<Prepared> {
  const bench = openBench({ fs: quickDisk });
  smallTree(bench);
  const originals = contentsBelow(bench.base);
  const id = await command.prepare(bench);
  return { root: bench.root, id, originals, before: contentsBelow(bench.base) };
}

async function expectSound(command: Command, bench: Bench, before: ReadonlyMap<string, string>, originals: ReadonlyMap<string, string>): Promise<void> {
  const report = await check(bench);
  expect(report.findings.filter((finding) => finding.severity === 'problem')).toEqual([]);
  if (!command.destroys) {
    expectNothingLost(bench, originals);
  } else {
    // What the plan did not name is untouched: it is where it was.
    const now = contentsBelow(bench.base);
    for (const path of ['daily/b/new/summary.json']) expect(now.get(path)).toBe(before.get(path));
  }
  expect((await check(bench)).findings.filter((finding) => finding.severity !== 'warning')).toEqual([]);
}

describe.each(commands)('$name', (command) => {
  it.each(kinds)('loses nothing when any call fails with %s', { timeout: 300_000 }, async (kind) => {
    const step = all ? 1 : (stride[kind] ?? 1) * (command.sampled === true ? 3 : 1);
    const [what, late] = kind.split(' ');
    const fault = { kind: what as FaultKind, late: late !== undefined };
    for (let at = 1, fired = true; fired; at += step) {
      const { root, id, originals, before } = await prepared(command);
      const struck = await underFault(root, { at, ...fault }, (faulty) => command.run(faulty, id), { clock: { at: clock } });
      await expectSound(command, struck.bench, before, originals);
      removeRoot(root);
      fired = struck.fired;
      expect(at, 'the attempt never ends').toBeLessThan(1000);
    }
  });
});

describe('a fault-free run', () => {
  it.each(commands)('of $name makes calls that the tests above can strike', async (command) => {
    const { root, id } = await prepared(command);
    const counted = counting();
    await command.run(openBench({ root, fs: counted.fs, clock: { at: clock } }), id);
    expect(counted.mutating()).toBeGreaterThan(10);
    removeRoot(root);
  });
});
