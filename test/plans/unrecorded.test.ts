/** A disk that is full once everything was moved: what was done is told, and the next start writes it down. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverPlans } from '#engines/plans';
import { nodeFileSystem, type FileSystem } from '#engines/storage';
import { check } from '../faults/support.ts';
import { actor, filesIn, newRoot, openBench, putReport, removeRoot } from '../maintenance/support.ts';

let root: string;
beforeEach(() => {
  root = newRoot();
  putReport(root, 'daily/a');
});
afterEach(() => removeRoot(root));

/** Full from the first rename on of which `begins` is true. */
function filling(begins: (to: string) => boolean): FileSystem {
  let full = false;
  return {
    ...nodeFileSystem,
    rename: (from, to) => {
      nodeFileSystem.rename(from, to);
      full ||= begins(to);
    },
    write: (fd, buffer, offset, length) => {
      if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return nodeFileSystem.write(fd, buffer, offset, length);
    },
  };
}

describe('a removal on a disk that fills up', () => {
  it('before its results are written says that it is done, and where things are', async () => {
    let written = 0;
    const bench = openBench({ root, fs: filling((to) => to.endsWith('/entry.json') && (written += 1) === 2) });
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    await expect(bench.apply(plan)).rejects.toMatchObject({
      code: 'NO_SPACE', message: expect.stringMatching(/1 of 1 targets are done, and what was removed is in trash entry/u),
      remedy: expect.stringContaining('workspace check'), details: { id: plan.id, outcome: 'completed', trash_id: plan.id },
    });
    expect(filesIn(bench.base)).toEqual([]);
    const later = openBench({ root });
    expect(await recoverPlans(later.engine, actor)).toMatchObject([{ severity: 'repaired', plan_id: plan.id }]);
    expect(await check(later)).toMatchObject({ status: 'clean' });
    expect(await later.undo(plan)).toMatchObject({ status: 'undone' });
  });

  it('in the middle says that nothing is lost, and the next start puts it back', async () => {
    const bench = openBench({ root, fs: filling((to) => to.includes('/content/')) });
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'NO_SPACE', message: expect.stringContaining('nothing of it is lost') });
    const later = openBench({ root });
    await recoverPlans(later.engine, actor);
    expect(filesIn(later.base)).toHaveLength(3);
    expect((await check(later)).status).toBe('clean');
  });
});
