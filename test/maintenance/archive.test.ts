import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanView } from '#contract';
import { nodeFileSystem, type FileSystem } from '#engines/storage';
import { penOf } from '../../src/cli/text/pen.ts';
import { planView } from '../../src/cli/text/planViews.ts';
import { filesIn, inventory, openBench, put, putReport, removeRoot, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const at = (path: string): string => join(bench.root, path);

describe('reports.archive', () => {
  it.each([
    ['directory', 'daily/a', 'daily/a.manifest.json'],
    ['zip', 'daily/a.zip', 'daily/a.zip.manifest.json'],
    ['tar', 'daily/a.tar', 'daily/a.tar.manifest.json'],
    ['tar.gz', 'daily/a.tar.gz', 'daily/a.tar.gz.manifest.json'],
  ])('as %s makes a verified copy with a manifest and leaves the source', async (format, archive, manifest) => {
    putReport(bench.root, 'daily/a', 3);
    fs.symlinkSync('ledger.csv', at('var/reports/daily/a/link'));
    const before = inventory(bench.base);
    const plan = await bench.plan('reports.archive', { format });
    expect(plan.totals).toMatchObject({ files: 4, directories: 2 });
    const { state, results } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', files: 4, directories: 2, trash_id: null });
    expect(results[0]).toMatchObject({ status: 'done', destination: at(`var/reports_archives/${archive}`) });
    expect(inventory(bench.base)).toEqual(before);
    expect(fs.existsSync(at(`var/reports_archives/${archive}`))).toBe(true);
    expect(JSON.parse(fs.readFileSync(at(`var/reports_archives/${manifest}`), 'utf8'))).toMatchObject({ format, totals: { files: 3, links: 1, directories: 2 } });
    await bench.undo(plan);
    expect(filesIn(at('var/reports_archives'))).toEqual([]);
    expect(inventory(bench.base)).toEqual(before);
  });

  // The names of open files are known on Linux.
  it.runIf(process.platform === 'linux').each(['directory', 'zip', 'tar', 'tar.gz'])('as %s publishes nothing that a disk has garbled, and names the report', async (format) => {
    putReport(bench.root, 'daily/a', 3);
    let garbled = false;
    const disk: FileSystem = {
      ...nodeFileSystem,
      write: (fd, buffer, offset, length) => {
        // One bit of the first copy of the ledger's bytes, in whatever form they are written.
        const inArchive = fs.readlinkSync(`/proc/self/fd/${fd}`).includes('reports_archives');
        if (garbled || !inArchive || length < 8) return nodeFileSystem.write(fd, buffer, offset, length);
        garbled = true;
        const copy = Uint8Array.from(buffer);
        copy[offset + length - 3] = (copy[offset + length - 3] ?? 0) ^ 1;
        return nodeFileSystem.write(fd, copy, offset, length);
      },
    };
    const faulty = openBench({ root: bench.root, fs: disk });
    const { results, state } = await faulty.apply(await faulty.plan('reports.archive', { format }));
    expect(garbled).toBe(true);
    expect(results[0]).toMatchObject({ status: 'error' });
    expect(state.outcome).toMatchObject({ status: 'error' });
    expect(filesIn(at('var/reports_archives'))).toEqual([]);
  });

  it('names what has no content to keep, in the preview and in the result', async () => {
    putReport(bench.root, 'daily/a', 3);
    execFileSync('mkfifo', [at('var/reports/daily/a/pipe')]);
    const plan = await bench.plan('reports.archive', { format: 'zip' });
    expect(plan.facts).toMatchObject({ left_out_count: 1, left_out: [at('var/reports/daily/a/pipe')] });
    expect(plan.targets[0]?.reasons).toContainEqual({ code: 'left_out', value: at('var/reports/daily/a/pipe') });
    const { state } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', failed: 0 });
    for (const outcome of [null, state.outcome]) {
      const view = { ...state.header, needs: [], protected: [], rejection: null, requested: null, undo: null, outcome, valid_until: plan.expires_at, status: state.status } as unknown as PlanView;
      const text = planView(view, penOf(false));
      expect(text).toContain('1 thing left out of the copies: pipes, sockets and devices have no content that could be kept');
      expect(text).toContain(at('var/reports/daily/a/pipe'));
      expect(text).not.toContain('frees');
    }
  });

  it('an undo that failed in part says so, with the first problems', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.archive', {});
    const { state } = await bench.apply(plan);
    put(bench.root, 'var/reports_archives/daily/a/note.txt', 'of a person');
    const undone = await bench.undo(plan);
    const view = { ...state.header, needs: [], protected: [], rejection: null, requested: null, outcome: state.outcome, undo: undone.undo, valid_until: plan.expires_at, status: undone.status } as unknown as PlanView;
    const text = planView(view, penOf(false));
    expect(text).toContain('undone: restored 0, failed 1');
    expect(text).toContain(`${at('var/reports_archives/daily/a/note.txt')} lies in the copy`);
  });

  it('copies only files of reports that matched', async () => {
    putReport(bench.root, 'daily/old', 40);
    putReport(bench.root, 'daily/old/inner_new', 1);
    const plan = await bench.plan('reports.archive', { until: '2026-11-01' });
    await bench.apply(plan);
    expect(filesIn(at('var/reports_archives'))).toEqual(['daily/old.manifest.json', 'daily/old/exports/chart.svg', 'daily/old/ledger.csv', 'daily/old/summary.json']);
  });

  it('skips what is archived already, and overwriting puts the old copy into the trash and undo brings it back', async () => {
    putReport(bench.root, 'daily/a', 3);
    await bench.apply(await bench.plan('reports.archive', { format: 'zip' }));
    const first = fs.readFileSync(at('var/reports_archives/daily/a.zip'));
    put(bench.root, 'var/reports/daily/a/ledger.csv', 'changed', 1);
    const again = await bench.plan('reports.archive', { format: 'zip' });
    expect(again.targets).toMatchObject([{ status: 'skipped_existing' }]);
    const over = await bench.plan('reports.archive', { format: 'zip', overwrite: true });
    expect(over.facts['replaced_count']).toBe(1);
    const { trashId } = await bench.apply(over);
    expect(trashId).toBe(over.id);
    const second = fs.readFileSync(at('var/reports_archives/daily/a.zip'));
    expect(second.equals(first)).toBe(false);
    await bench.undo(over);
    expect(fs.readFileSync(at('var/reports_archives/daily/a.zip')).equals(first)).toBe(true);
    expect(filesIn(at('var/reports_archives'))).toEqual(['daily/a.zip', 'daily/a.zip.manifest.json']);
  });

  it('a destination may be one archive file when one report matches', async () => {
    putReport(bench.root, 'daily/a', 3);
    putReport(bench.root, 'daily/b', 3);
    await bench.apply(await bench.plan('reports.archive', { query: 'daily/a', format: 'zip', destination: at('audit/one.zip') }));
    expect(execFileSync('unzip', ['-Z1', at('audit/one.zip')], { encoding: 'utf8' })).toContain('a/ledger.csv');
    await expect(bench.plan('reports.archive', { format: 'zip', destination: at('audit/two.zip') })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'destination' } });
    await expect(bench.plan('reports.archive', { query: 'daily/a', format: 'tar', destination: at('audit/two.zip') })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it.each([
    ['var/reports', 'PATH_OUTSIDE_ROOT'],
    ['var/reports/daily/copies', 'PATH_OUTSIDE_ROOT'],
    ['var/trash/x', 'PATH_OUTSIDE_ROOT'],
    ['link_to_base/x', 'PATH_OUTSIDE_ROOT'],
  ])('refuses the destination %s', async (destination, code) => {
    putReport(bench.root, 'daily/a', 3);
    fs.symlinkSync(bench.base, at('link_to_base'));
    await expect(bench.plan('reports.archive', { destination: at(destination) })).rejects.toMatchObject({ code, details: { field: 'destination' } });
  });

  it('a destination above the reports folder never lands a copy in it', async () => {
    putReport(bench.root, 'reports/x', 3);
    putReport(bench.root, 'other/x', 3);
    const plan = await bench.plan('reports.archive', { destination: at('var'), sort: 'name', sort_direction: 'asc' });
    expect(plan.targets).toMatchObject([{ relative_path: 'other/x', status: 'planned' }, { relative_path: 'reports/x', status: 'error' }]);
  });

  it('a link in the destination does not lead a copy out of it', async () => {
    putReport(bench.root, 'daily/a', 3);
    fs.mkdirSync(at('out'));
    fs.mkdirSync(at('var/reports_archives'));
    fs.symlinkSync(at('out'), at('var/reports_archives/daily'));
    const plan = await bench.plan('reports.archive', {});
    expect(plan.targets).toMatchObject([{ status: 'error' }]);
  });

  it('a window may write into the workspace and into archive roots, nowhere else', async () => {
    putReport(bench.root, 'daily/a', 3);
    const elsewhere = fs.mkdtempSync(`${bench.root}-elsewhere`);
    await expect(bench.plan('reports.archive', { destination: elsewhere }, { confined: true })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
    const open = openBench({ root: bench.root, config: { archive_roots: [elsewhere] } });
    expect((await open.plan('reports.archive', { destination: elsewhere }, { confined: true })).targets).toHaveLength(1);
    removeRoot(elsewhere);
  });

  it('the top of the reports folder and a report below it do not share a place', async () => {
    put(bench.root, 'var/reports/summary.json', '{}', 2);
    putReport(bench.root, 'reports/x', 3);
    const plan = await bench.plan('reports.archive', {});
    expect(plan.targets.map((target) => [target.relative_path, target.status])).toEqual([['.', 'planned'], ['reports/x', 'error']]);
  });

  it('refuses before anything is written when the disk is too small', async () => {
    putReport(bench.root, 'daily/a', 3);
    const small = openBench({ root: bench.root, fs: { ...nodeFileSystem, freeBytes: () => 1000 } });
    const plan = await small.plan('reports.archive', {});
    expect(plan.facts).toMatchObject({ free_bytes: 1000 });
    await expect(small.apply(plan)).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(fs.existsSync(at('var/reports_archives'))).toBe(false);
  });

  it('what appeared at the destination since the plan is not overwritten', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.archive', { format: 'zip' });
    put(bench.root, 'var/reports_archives/daily/a.zip', 'foreign');
    const { state, results } = await bench.apply(plan);
    expect(state.status).toBe('failed');
    expect(results[0]).toMatchObject({ status: 'error', files: 0 });
    expect(fs.readFileSync(at('var/reports_archives/daily/a.zip'), 'utf8')).toBe('foreign');
  });

  it('undo leaves an archive that somebody replaced since', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.archive', { format: 'zip' });
    await bench.apply(plan);
    put(bench.root, 'var/reports_archives/daily/a.zip.manifest.json', '{}');
    await bench.undo(plan);
    expect(filesIn(at('var/reports_archives'))).toEqual(['daily/a.zip', 'daily/a.zip.manifest.json']);
  });

  it('stops between reports on request and leaves no partial copy', async () => {
    for (const name of ['a', 'b', 'c']) putReport(bench.root, `daily/${name}`, 3);
    const plan = await bench.plan('reports.archive', { format: 'tar', sort: 'name', sort_direction: 'asc' });
    let asked = 0;
    const { state, results } = await bench.apply(plan, { progress: () => undefined, check: () => undefined, get cancelled() { asked += 1; return asked > 2; } });
    expect(state.status).toBe('cancelled');
    expect(results.map((result) => result.status)).toEqual(['done', 'done', 'not_started']);
    expect(filesIn(at('var/reports_archives'))).toEqual(['daily/a.tar', 'daily/a.tar.manifest.json', 'daily/b.tar', 'daily/b.tar.manifest.json']);
  });
});
