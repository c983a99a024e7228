import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanDocument } from '#contract';
import { check } from '../faults/support.ts';
import { filesIn, inventory, openBench, put, putReport, removeRoot, summary, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const at = (path: string): string => join(bench.root, path);
const old = { until: '2026-11-01' };
const young = { since: '2026-11-10' };

/** A report whose folder holds another one, newer than itself. */
function nested(): void {
  put(bench.root, 'var/reports/smoke/run_a.zip', 'archive of the bot', 40);
  put(bench.root, 'var/reports/smoke/run_c/summary.json', summary('2026-11-19'), 1);
}

const archive = async (input: Record<string, unknown>): Promise<PlanDocument> => bench.plan('reports.archive', { destination: at('arch'), ...input });
const destinations = (plan: PlanDocument): readonly unknown[] => plan.targets.map(({ status, destination }) => [status, destination?.slice(bench.root.length + 1)]);

/** Copies that are no longer what their manifests say. */
const mismatches = async (): Promise<readonly string[]> =>
  (await check(bench)).findings.filter(({ kind }) => kind === 'archive_mismatch').map(({ message }) => message);

describe('copies as folders of reports that lie in each other', () => {
  it('the inner one first: the outer one is archived too, beside it, and the second time it counts as archived', async () => {
    nested();
    await bench.apply(await archive(young));
    const plan = await archive(old);
    expect(destinations(plan)).toEqual([['planned', 'arch/smoke.report']]);
    expect(plan.targets[0]?.reasons).toContainEqual({ code: 'other_name', value: at('arch/smoke') });
    expect((await bench.apply(plan)).state.outcome).toMatchObject({ status: 'completed' });
    expect(filesIn(at('arch'))).toEqual(['smoke.report.manifest.json', 'smoke.report/run_a.zip', 'smoke/run_c.manifest.json', 'smoke/run_c/summary.json']);
    expect(destinations(await archive(old))).toEqual([['skipped_existing', 'arch/smoke.report']]);
    expect(await mismatches()).toEqual([]);
  });

  it('overwriting takes nothing of the other one along', async () => {
    nested();
    await bench.apply(await archive(young));
    const before = inventory(at('arch/smoke'));
    for (const replaced of [0, 1]) {
      const plan = await archive({ ...old, overwrite: true });
      expect(destinations(plan)).toEqual([['planned', 'arch/smoke.report']]);
      expect(plan.facts['replaced_count']).toBe(replaced);
      await bench.apply(plan);
      expect(inventory(at('arch/smoke'))).toEqual(before);
    }
    expect(await mismatches()).toEqual([]);
  });

  it.each(['directory', 'zip'])('the outer one first: nothing is written into the finished copy, as %s', async (format) => {
    nested();
    await bench.apply(await archive(old));
    const before = inventory(at('arch/smoke'));
    const plan = await archive({ ...young, format });
    expect(destinations(plan)).toEqual([['planned', `arch/smoke~run_c.report${format === 'zip' ? '.zip' : ''}`]]);
    expect((await bench.apply(plan)).state.status).toBe('applied');
    expect(inventory(at('arch/smoke'))).toEqual(before);
    expect(await mismatches()).toEqual([]);
  });

  it('what came to stand there since the plan is neither entered nor replaced', async () => {
    nested();
    const inner = await archive(young);
    const outer = await archive({ ...old, overwrite: true });
    await bench.apply(inner);
    const before = inventory(at('arch'));
    expect((await bench.apply(outer)).results).toMatchObject([{ status: 'error' }]);
    expect(inventory(at('arch'))).toEqual(before);
    await bench.undo(inner);
    fs.rmdirSync(at('arch/smoke'));
    const again = await archive(young);
    await bench.apply(await archive({ ...old, overwrite: true }));
    const finished = inventory(at('arch'));
    expect((await bench.apply(again)).results).toMatchObject([{ status: 'error' }]);
    expect(inventory(at('arch'))).toEqual(finished);
    expect(await mismatches()).toEqual([]);
  });
});

describe('what stands at the place of a copy', () => {
  it('a folder without a manifest is never replaced; one that holds all of the report counts as a copy of it', async () => {
    putReport(bench.root, 'daily/a', 3);
    fs.cpSync(at('var/reports/daily/a'), at('arch/daily/a'), { recursive: true });
    expect(destinations(await archive({}))).toEqual([['skipped_existing', 'arch/daily/a']]);
    expect(destinations(await archive({ overwrite: true }))).toEqual([['planned', 'arch/daily~a.report']]);
    fs.rmSync(at('arch/daily/a/ledger.csv'));
    expect(destinations(await archive({}))).toEqual([['planned', 'arch/daily~a.report']]);
  });

  it('an archive that holds more than its manifest lists is neither replaced nor taken away', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await archive({});
    await bench.apply(plan);
    put(bench.root, 'arch/daily/a/exports/note.txt', 'of a person');
    const before = inventory(at('arch'));
    const over = await archive({ overwrite: true });
    expect(over.targets).toMatchObject([{ status: 'error', notes: [{ code: 'place_holds_more', params: { path: at('arch/daily/a/exports/note.txt') } }] }]);
    expect((await bench.undo(plan)).undo).toMatchObject({ restored: 0, failed: 1 });
    expect(inventory(at('arch'))).toEqual(before);
    fs.rmSync(at('arch/daily/a/exports/note.txt'));
    expect((await bench.undo(plan)).undo).toMatchObject({ restored: 1, failed: 0 });
  });

  it('the archive of another report is left as it is, where no file was named', async () => {
    putReport(bench.root, 'daily/a', 3);
    await bench.apply(await archive({ format: 'zip' }));
    const manifest = at('arch/daily/a.zip.manifest.json');
    fs.writeFileSync(manifest, fs.readFileSync(manifest, 'utf8').replace('"source": "daily/a"', '"source": "daily/other"'));
    expect(destinations(await archive({ format: 'zip', overwrite: true }))).toEqual([['planned', 'arch/daily~a.report.zip']]);
    expect(destinations(await archive({ format: 'zip', overwrite: true, destination: at('arch/daily/a.zip') }))).toEqual([['planned', 'arch/daily/a.zip']]);
  });

  it('a folder in the place of an archive file is not that archive', async () => {
    putReport(bench.root, 'daily/a', 3);
    await bench.apply(await archive({ format: 'zip' }));
    fs.rmSync(at('arch/daily/a.zip'));
    put(bench.root, 'arch/daily/a.zip/mine.txt', 'of a person');
    expect(destinations(await archive({ format: 'zip', overwrite: true }))).toEqual([['planned', 'arch/daily~a.report.zip']]);
  });

  it('is refused by name where the other name is held too', async () => {
    nested();
    await bench.apply(await archive(young));
    put(bench.root, 'arch/smoke.report/mine.txt', 'of a person');
    const plan = await archive({ ...old, overwrite: true });
    expect(plan.targets).toMatchObject([{ status: 'error', notes: [{ code: 'place_held', params: { path: at('arch/smoke.report') } }] }]);
  });

  it('a destination inside of a finished copy is refused', async () => {
    nested();
    await bench.apply(await archive(old));
    for (const destination of ['arch/smoke', 'arch/smoke/deeper', 'arch/smoke/one.zip']) {
      await expect(archive({ ...young, format: 'zip', destination: at(destination) })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT', details: { field: 'destination' } });
    }
  });
});

describe('long names', () => {
  const name = (length: number): string => 'x'.repeat(length);

  it('a report of 245 bytes is archived, its manifest under a shorter name, and undo finds both', async () => {
    putReport(bench.root, `daily/${name(245)}`, 3);
    putReport(bench.root, 'daily/b', 3);
    const plan = await archive({ sort: 'name', sort_direction: 'asc' });
    const { state, results } = await bench.apply(plan);
    expect(results.map(({ status, error }) => [status, error])).toEqual([['done', null], ['done', null]]);
    expect(state.status).toBe('applied');
    expect(destinations(await archive({}))).toMatchObject([['skipped_existing', expect.anything()], ['skipped_existing', expect.anything()]]);
    expect(await mismatches()).toEqual([]);
    await bench.undo(plan);
    expect(filesIn(at('arch'))).toEqual([]);
  });

  it('one whose archive would have too long a name is refused by name, and the others go on', async () => {
    putReport(bench.root, `daily/${name(253)}`, 3);
    putReport(bench.root, 'daily/b', 3);
    const plan = await archive({ format: 'zip', sort: 'name', sort_direction: 'asc' });
    expect(plan.targets).toMatchObject([{ status: 'planned' }, { status: 'error', notes: [{ code: 'place_name_too_long' }] }]);
    const { state } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'partial_failure', done: 1, failed: 1 });
    expect(execFileSync('unzip', ['-Z1', at('arch/daily/b.zip')], { encoding: 'utf8' })).toContain('b/ledger.csv');
  });
});
