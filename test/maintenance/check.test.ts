import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '#contract';
import { checkWorkspace } from '#engines/maintenance';
import { approvePlan, type JournalRecord } from '#engines/plans';
import { nodeFileSystem, unwatched } from '#engines/storage';
import { check } from '../faults/support.ts';
import { actor, inventory, openBench, put, putReport, removeRoot, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const at = (path: string): string => join(bench.root, path);

async function busyWorkspace(): Promise<{ removal: string; archive: string }> {
  putReport(bench.root, 'daily/a', 3);
  putReport(bench.root, 'daily/b', 3);
  const archive = await bench.plan('reports.archive', { format: 'zip' });
  await bench.apply(archive);
  const removal = await bench.plan('reports.delete', { path: 'daily/a' });
  await bench.apply(removal);
  return { removal: removal.id, archive: archive.id };
}

describe('workspace.check', () => {
  it('an orderly workspace is clean', async () => {
    await busyWorkspace();
    const report = await check(bench);
    expect(report).toMatchObject({ status: 'clean', findings: [], plans: 2, trash_entries: 1 });
    expect(report.files_checked).toBe(9);
  });

  it('a workspace that nothing was done in is clean', async () => {
    expect(await check(bench)).toMatchObject({ status: 'clean', findings: [] });
  });

  it('where the workspace can only be read it repairs nothing, writes nothing, and names what there is to do', async () => {
    const { removal } = await busyWorkspace();
    const entry = at(`var/trash/${removal}/entry.json`);
    fs.writeFileSync(entry, fs.readFileSync(entry, 'utf8').replace('"kept"', '"moving"'));
    fs.mkdirSync(at('var/trash/orphan-1'));
    fs.writeFileSync(at('var/plans/.sterownia-1-k3v9q1-1.tmp'), '{');
    fs.utimesSync(at('var/plans/.sterownia-1-k3v9q1-1.tmp'), 1, 1);
    const state = at(`var/plans/${removal}.state.json`);
    fs.writeFileSync(state, fs.readFileSync(state, 'utf8').replace(/"status":\s*"applied"/u, '"status": "applying"'));
    const before = inventory(bench.root);
    const writes = ['write', 'mkdir', 'rename', 'link', 'symlink', 'unlink', 'rmdir', 'chmod', 'setTimes', 'ftruncate'] as const;
    const refusing = Object.fromEntries(writes.map((name) => [name, () => { throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' }); }]));
    const looking = openBench({ root: bench.root, fs: { ...nodeFileSystem, ...refusing } });
    const report = await checkWorkspace(looking.engine, {
      digests: true, repairs: false, actor, journal: looking.journal, verifyJournal: () => Promise.resolve({ findings: [] } as unknown as Verification),
    }, unwatched);
    expect(report).toMatchObject({ status: 'problems', read_only: true });
    expect(report.findings.map(({ kind, severity }) => `${kind} ${severity}`).sort()).toEqual([
      'interrupted_plan problem', 'journal_disagrees problem', 'orphan_partial problem', 'orphan_trash problem', 'orphan_trash problem',
    ]);
    expect(inventory(bench.root)).toEqual(before);
  });

  it('names a file that vanished from the trash', async () => {
    const { removal } = await busyWorkspace();
    fs.rmSync(at(`var/trash/${removal}/content/0/daily/a/ledger.csv`));
    const report = await check(bench);
    expect(report.status).toBe('problems');
    expect(report.findings).toMatchObject([{ kind: 'lost_file', path: at('var/reports/daily/a/ledger.csv'), plan_id: removal }]);
  });

  it('names a trash entry that is gone without a record', async () => {
    const { removal } = await busyWorkspace();
    fs.rmSync(at(`var/trash/${removal}`), { recursive: true });
    expect((await check(bench)).findings).toMatchObject([{ kind: 'lost_file', plan_id: removal }]);
  });

  it('an entry that was emptied by a plan is in order', async () => {
    await busyWorkspace();
    await bench.apply(await bench.plan('trash.empty'));
    expect((await check(bench)).findings).toEqual([]);
  });

  it('finds a byte that changed in an archive when digests are asked for', async () => {
    const { archive } = await busyWorkspace();
    const zip = at('var/reports_archives/daily/b.zip');
    const bytes = fs.readFileSync(zip);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    fs.writeFileSync(zip, bytes);
    expect((await check(bench, false)).findings).toEqual([]);
    expect((await check(bench, true)).findings).toMatchObject([{ kind: 'archive_mismatch', severity: 'problem', path: zip, plan_id: archive }]);
  });

  it('names an edited plan, missing evidence, a damaged document and an edited journal', async () => {
    const { removal } = await busyWorkspace();
    const plan = at(`var/plans/${removal}.json`);
    fs.writeFileSync(plan, fs.readFileSync(plan, 'utf8').replace('daily/a', 'daily/b'));
    const logs = fs.readdirSync(at('audit/maintenance_logs'));
    fs.rmSync(at(`audit/maintenance_logs/${logs[0] ?? ''}`));
    put(bench.root, 'var/console/filter_sets.json', '{');
    const journal = at('audit/journal/000001.jsonl');
    fs.writeFileSync(journal, fs.readFileSync(journal, 'utf8').replace('"files":3', '"files":4'));
    const fresh = openBench({ root: bench.root });
    const kinds = (await check(fresh)).findings.map((each) => each.kind);
    expect(new Set(kinds)).toEqual(new Set(['plan_altered', 'evidence_missing', 'document_corrupt', 'journal']));
  });

  it('a state that says something else than the journal is named', async () => {
    const { removal } = await busyWorkspace();
    const path = at(`var/plans/${removal}.state.json`);
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('"status": "applied"', '"status": "failed"'));
    expect((await check(bench)).findings).toMatchObject([{ kind: 'journal_disagrees', severity: 'problem', plan_id: removal }]);
  });

  it('an approval that was cut off before its outcome gets it, and is good from then on', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    const killed = { ...bench.engine, record: (record: JournalRecord) => {
      if (record.stage === 'outcome') throw new Error('killed');
      return bench.engine.record(record);
    } };
    expect(() => approvePlan(killed, { id: plan.id, actor: { ...actor, os_user: 'jan', name: 'jan' }, note: null, digest: null })).toThrow('killed');
    await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect((await check(bench)).findings).toMatchObject([{ kind: 'journal_disagrees', severity: 'repaired', plan_id: plan.id }]);
    expect(await check(bench)).toMatchObject({ status: 'clean' });
    expect((await bench.apply(plan)).state.status).toBe('applied');
  });

  it('an approval that the journal does not know is named, also where another act was cut off', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    const path = at(`var/plans/${plan.id}.state.json`);
    const approval = { actor, at: new Date(bench.clock.at).toISOString(), note: null, digest: plan.digest };
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('"approval": null', `"approval": ${JSON.stringify(approval)}`));
    bench.engine.record({ actor: { ...actor, os_user: 'jan' }, type: 'plan_approved', stage: 'intent', operation: plan.operation, subject: plan.id, data: { digest: plan.digest } });
    expect((await check(bench)).findings.filter(({ severity }) => severity === 'problem')).toMatchObject([{ kind: 'journal_disagrees', plan_id: plan.id, message: expect.stringContaining('ada approved it') }]);
  });

  it('names something in the trash that no list knows', async () => {
    const { removal } = await busyWorkspace();
    put(bench.root, `var/trash/${removal}/content/0/daily/a/stranger`, 'x');
    expect((await check(bench)).findings).toMatchObject([{ kind: 'orphan_trash', severity: 'warning' }]);
  });
});
