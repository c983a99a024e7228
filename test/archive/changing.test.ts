/** The source changes between listing and reading, or while it is read. */
import { appendFileSync, renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeArchive } from '#engines/archive';
import { nodeFileSystem, unwatched, type FileSystem } from '#engines/storage';
import { codeOf, failureOf, left, makeSmallReport, request } from './making.ts';
import { contextWith, formats, noise, workshop } from './workshop.ts';

const shop = workshop();

/** Runs `act` just before the n-th read of the file named so. */
function beforeRead(name: string, nth: number, act: () => void): FileSystem {
  let seen = 0;
  const paths = new Map<number, string>();
  return {
    ...nodeFileSystem,
    open: (path, flags, mode) => {
      const fd = nodeFileSystem.open(path, flags, mode);
      paths.set(fd, path);
      return fd;
    },
    read: (fd, buffer, offset, length, position) => {
      if (paths.get(fd)?.endsWith(name)) {
        seen += 1;
        if (seen === nth) act();
      }
      return nodeFileSystem.read(fd, buffer, offset, length, position);
    },
  };
}

describe.each(formats)('making %s of a source that changes', (format) => {
  const large = (): string => join(shop.report, 'large.bin');
  const cases: readonly (readonly [string, string, number, () => void])[] = [
    ['grows while it is read', 'large.bin', 2, () => appendFileSync(large(), 'more')],
    ['shrinks while it is read', 'large.bin', 2, () => writeFileSync(large(), 'less')],
    ['is written over while it is read', 'large.bin', 3, () => { writeFileSync(large(), noise((1 << 20) + 5)); utimesSync(large(), 1, 1); }],
    ['grows, and is small', 'summary.json', 1, () => appendFileSync(join(shop.report, 'summary.json'), 'more')],
    ['shrinks, and is small', 'summary.json', 1, () => writeFileSync(join(shop.report, 'summary.json'), '')],
    ['gets a new time, and is small', 'summary.json', 1, () => utimesSync(join(shop.report, 'summary.json'), 5, 5)],
  ];
  it.each(cases)('refuses a file that %s, and leaves nothing', async (_, name, nth, change) => {
    makeSmallReport(shop);
    const context = contextWith(beforeRead(name, nth, change), shop.root);
    const failure = await failureOf(() => writeArchive(context, request(shop, format), unwatched));
    expect(failure).toMatchObject({ code: 'PLAN_STALE', details: { path: join(shop.report, name) } });
    expect(left(shop, format)).toEqual([]);
  });

  const earlier: readonly (readonly [string, () => void])[] = [
    ['is gone', () => unlinkSync(join(shop.report, 'summary.json'))],
    ['became a link to elsewhere', () => { renameSync(join(shop.report, 'summary.json'), join(shop.root, 'x')); symlinkSync(join(shop.root, 'x'), join(shop.report, 'summary.json')); }],
    ['was replaced by a like file', () => {
      const path = join(shop.report, 'summary.json');
      const { mtimeNs } = nodeFileSystem.lstat(path);
      writeFileSync(`${path}.new`, '{}');
      nodeFileSystem.setTimes(`${path}.new`, mtimeNs);
      renameSync(`${path}.new`, path);
    }],
    ['links elsewhere now', () => { unlinkSync(join(shop.report, 'link')); symlinkSync('elsewhere.txt', join(shop.report, 'link')); }],
  ];
  it.each(earlier)('refuses a thing that %s since it was listed', async (_, change) => {
    makeSmallReport(shop);
    const asked = request(shop, format);
    change();
    expect(await codeOf(() => writeArchive(shop.context, asked, unwatched))).toBe('PLAN_STALE');
    expect(left(shop, format)).toEqual([]);
  });
});
