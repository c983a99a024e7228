import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFileSystem, textFromBytes } from '#engines/storage';

let root: string;
let paths: string[];
const odd = textFromBytes(Buffer.from([0x6f, 0xff]));

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'survey-'));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'file'), 'content');
  symlinkSync('nowhere', join(root, 'link'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/o`), Buffer.from([0xff])]), 'odd');
  paths = Array.from({ length: 5_000 }, (_, n) => join(root, ['folder', 'file', 'link', 'missing', odd][n % 5] ?? ''));
});
afterAll(() => rmSync(root, { recursive: true }));

const tick = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5); });

describe.runIf(availableParallelism() > 1)('a survey', () => {
  it.each(['start', 'end'] as const)('from the %s sees what lstat sees, and leaves what is not plain to the caller', async (from) => {
    const survey = nodeFileSystem.survey?.(paths, from, paths.length) ?? null;
    if (survey === null) throw new Error('there is no survey');
    const far = from === 'start' ? 4 : paths.length - 6;
    for (let tries = 0; tries < 4_000 && !survey.ready(far); tries += 1) await tick();
    expect(survey.ready(far)).toBe(true);
    const seen = paths.map((path, place) => ({ path, stat: survey.seen(place) }));
    expect(seen.filter(({ stat }) => stat !== null).length).toBeGreaterThan(0);
    for (const { path, stat } of seen) if (stat !== null) expect(stat).toEqual(nodeFileSystem.lstat(path));
    expect(seen.filter(({ path, stat }) => stat !== null && (path.endsWith('missing') || path.endsWith(odd)))).toEqual([]);
  });

  it('goes no further than it may', async () => {
    const survey = nodeFileSystem.survey?.(paths, 'start', 128) ?? null;
    if (survey === null) throw new Error('there is no survey');
    for (let tries = 0; tries < 4_000 && !survey.ready(127); tries += 1) await tick();
    expect([survey.ready(127), survey.ready(128)]).toEqual([true, false]);
    survey.reach(256);
    for (let tries = 0; tries < 4_000 && !survey.ready(255); tries += 1) await tick();
    expect([survey.ready(255), survey.ready(256)]).toEqual([true, false]);
    expect(survey.seen(4_000)).toBe(null);
  });

  it('leaves a time that 64 bits cannot hold to the caller', async () => {
    const far = join(root, 'far');
    writeFileSync(far, 'from the year 2286');
    utimesSync(far, 10_000_000_000, 10_000_000_000);
    const survey = nodeFileSystem.survey?.(Array.from({ length: 5_000 }, () => far), 'start', 5_000) ?? null;
    if (survey === null) throw new Error('there is no survey');
    for (let tries = 0; tries < 4_000 && !survey.ready(0); tries += 1) await tick();
    expect([survey.ready(0), survey.seen(0)]).toEqual([true, null]);
    expect(nodeFileSystem.lstat(far).mtimeNs).toBe(10_000_000_000_000_000_000n);
  });

  it('is not made for a few places', () => {
    expect(nodeFileSystem.survey?.(paths.slice(0, 100), 'start', 100)).toBe(null);
  });
});
