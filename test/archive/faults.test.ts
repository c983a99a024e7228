import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleError, isConsoleError } from '#contract';
import { discard, findStaged, isStagedName, manifestPathOf, publish, readManifest, verifyArchive, writeArchive, type ArchiveFormat } from '#engines/archive';
import { nodeFileSystem, unwatched, type EngineContext, type FileSystem, type WorkSignal } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash, type Fault } from '../support/faultyFileSystem.ts';
import { contextWith, fileFormats, formats, itemsOf, noise, picture, put, token, workshop } from './workshop.ts';

const shop = workshop();

function makeSmallReport(): void {
  put(join(shop.report, 'summary.json'), '{}');
  put(join(shop.report, 'exports', 'a.csv'), 'a,b\n1,2\n');
  put(join(shop.report, 'large.bin'), noise((1 << 20) + 5));
  mkdirSync(join(shop.report, 'empty'));
  symlinkSync('summary.json', join(shop.report, 'link'));
}

async function failureOf(act: () => Promise<unknown> | unknown): Promise<unknown> {
  try {
    await act();
    return null;
  } catch (error) {
    return error;
  }
}

async function codeOf(act: () => Promise<unknown> | unknown): Promise<string> {
  const failure = await failureOf(act);
  return isConsoleError(failure) ? failure.code : String(failure);
}

const request = (format: ArchiveFormat) => ({ items: itemsOf(shop.report), format, destination: shop.destination(format), source: 'smoke/run_a', token });

async function makeAndPublish(context: EngineContext, format: ArchiveFormat): Promise<void> {
  const staged = await writeArchive(context, request(format), unwatched);
  try {
    await verifyArchive(context, staged.archivePath, format, staged.manifest, unwatched);
    publish(context, staged);
  } catch (error) {
    discard(context, staged);
    throw error;
  }
}

const left = (format: ArchiveFormat): readonly string[] => {
  const directory = dirname(shop.destination(format));
  return existsSync(directory) ? readdirSync(directory) : [];
};

async function expectPublished(format: ArchiveFormat): Promise<void> {
  const path = shop.destination(format);
  await verifyArchive(shop.context, path, format, readManifest(shop.context, manifestPathOf(path)), unwatched);
}

function clearAway(format: ArchiveFormat): void {
  nodeFileSystem.rename(dirname(shop.destination(format)), join(shop.root, `away-${readdirSync(shop.root).length}`));
}

describe.each(formats)('making %s on a failing disk', (format) => {
  it.each(['EIO', 'ENOSPC', 'EPERM', 'EBUSY'] as const)('leaves nothing at all when any one call fails with %s, or else a verified archive', async (kind) => {
    makeSmallReport();
    const before = picture(shop.report, { modes: true, times: true });
    const hits = await atEveryCall((at): Fault => ({ at, kind }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), format));
      if (failure === null) {
        await expectPublished(format);
        expect(left(format).filter((name) => !isStagedName(name))).toHaveLength(2);
        clearAway(format);
      } else {
        expect(isConsoleError(failure) ? failure.code : failure).toBe(kind === 'ENOSPC' ? 'NO_SPACE' : 'IO');
        expect(left(format)).toEqual([]);
      }
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(8);
    expect(picture(shop.report, { modes: true, times: true })).toEqual(before);
  });

  it('leaves nothing under the final name on a disk that stays full', async () => {
    makeSmallReport();
    await atEveryCall((at): Fault => ({ at, kind: 'ENOSPC', counts: (call) => call.name === 'write', sticky: true }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const code = await codeOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), format));
      expect(code).toBe(faulty.fired ? 'NO_SPACE' : 'null');
      if (faulty.fired) expect(left(format)).toEqual([]);
      return faulty.fired;
    });
  });

  it('makes the same archive when any write is short', async () => {
    makeSmallReport();
    const hits = await atEveryCall((at): Fault => ({ at, kind: 'short' }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      await makeAndPublish(contextWith(faulty.fs, shop.root), format);
      await expectPublished(format);
      clearAway(format);
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(1);
  });

  it('fails with the path when any read fails, and leaves nothing', async () => {
    makeSmallReport();
    const counts = (call: { readonly name: string }): boolean => ['read', 'readlink', 'lstat', 'fstat'].includes(call.name);
    const hits = await atEveryCall((at): Fault => ({ at, kind: 'EIO', counts }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), format));
      if (faulty.fired && failure !== null) {
        expect(isConsoleError(failure) && failure.code).toBe('IO');
        expect(left(format)).toEqual([]);
      } else {
        await expectPublished(format);
        clearAway(format);
      }
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(10);
  });

  it.each([false, true])('can be completed or reverted after a crash at any call (just after it: %s)', async (late) => {
    makeSmallReport();
    let completed = 0;
    let reverted = 0;
    await atEveryCall((at): Fault => ({ at, kind: 'crash', late }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), format));
      faulty.release();
      if (!faulty.fired) return false;
      // A crash while the second names are removed is one of a publication that was done.
      if (failure === null) expect(existsSync(shop.destination(format))).toBe(true);
      // Whatever stands under the final name is whole.
      if (existsSync(shop.destination(format))) await expectPublished(format);
      const staged = findStaged(shop.context, shop.destination(format), token);
      if (staged) {
        completed += 1;
        publish(shop.context, staged);
        await expectPublished(format);
        expect(left(format)).toHaveLength(2);
        clearAway(format);
      } else {
        reverted += 1;
        expect(left(format).every(isStagedName)).toBe(true);
        discard(shop.context, { ...stagedParts(format), token });
        expect(left(format)).toEqual([]);
      }
      return true;
    });
    expect(completed).toBeGreaterThan(3);
    expect(reverted).toBeGreaterThan(3);
  });
});

function stagedParts(format: ArchiveFormat) {
  const destination = shop.destination(format);
  const [archivePath, manifestPath] = [`.${destination.split('/').at(-1)}.${token}.partial`, `.${destination.split('/').at(-1)}.${token}.manifest.partial`]
    .map((name) => join(dirname(destination), name));
  return { destination, manifestDestination: manifestPathOf(destination), archivePath: archivePath ?? '', manifestPath: manifestPath ?? '' };
}

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
    makeSmallReport();
    const context = contextWith(beforeRead(name, nth, change), shop.root);
    const failure = await failureOf(() => writeArchive(context, request(format), unwatched));
    expect(failure).toMatchObject({ code: 'PLAN_STALE', details: { path: join(shop.report, name) } });
    expect(left(format)).toEqual([]);
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
    makeSmallReport();
    const asked = request(format);
    change();
    expect(await codeOf(() => writeArchive(shop.context, asked, unwatched))).toBe('PLAN_STALE');
    expect(left(format)).toEqual([]);
  });
});

describe.each(fileFormats)('verifying a damaged %s', (format) => {
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<unknown> {
    const staged = await writeArchive(shop.context, request(format), unwatched);
    writeFileSync(staged.archivePath, change(readFileSync(staged.archivePath)));
    const failure = await failureOf(() => verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched));
    discard(shop.context, staged);
    return failure;
  }

  it('finds one flipped bit wherever it is', async () => {
    put(join(shop.report, 'summary.json'), '{"a": 1}');
    put(join(shop.report, 'b.csv'), noise(700));
    symlinkSync('summary.json', join(shop.report, 'link'));
    const staged = await writeArchive(shop.context, request(format), unwatched);
    const whole = readFileSync(staged.archivePath);
    for (let at = 0; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(staged.archivePath, bytes);
      const code = await codeOf(() => verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched));
      if (code !== 'INTEGRITY') throw new Error(`bit ${at % 8} of byte ${at} of ${whole.length}: ${code}`);
    }
    writeFileSync(staged.archivePath, whole);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched);
  });

  it('finds a missing end, of whatever length', async () => {
    makeSmallReport();
    for (const cut of [1, 22, 512, 1024, 5000, 1 << 20]) expect(await damaged((bytes) => bytes.subarray(0, bytes.length - cut))).toMatchObject({ code: 'INTEGRITY' });
    expect(await damaged(() => Buffer.alloc(0))).toMatchObject({ code: 'INTEGRITY' });
  });

  it('finds something added at the end', async () => {
    makeSmallReport();
    expect(await damaged((bytes) => Buffer.concat([bytes, Buffer.alloc(512)]))).toMatchObject({ code: 'INTEGRITY' });
  });

  it('names the entry whose content differs, missing or added entries too', async () => {
    makeSmallReport();
    const staged = await writeArchive(shop.context, request(format), unwatched);
    const entries = staged.manifest.files;
    const check = (files: typeof entries) => failureOf(() => verifyArchive(shop.context, staged.archivePath, format, { ...staged.manifest, files }, unwatched));
    const other = entries.map((file) => (file.name === 'run_a/exports/a.csv' ? { ...file, sha256: '0'.repeat(64) } : file));
    expect(await check(other)).toMatchObject({ code: 'INTEGRITY', details: { entry: 'run_a/exports/a.csv' } });
    const fewer = entries.filter((file) => file.name !== 'run_a/large.bin');
    expect(await check(fewer)).toMatchObject({ code: 'INTEGRITY', details: { entry: 'run_a/large.bin' } });
    const more = [...entries, { ...entries[0], name: 'run_a/ghost' }].filter((file): file is (typeof entries)[number] => file.kind !== undefined);
    expect(await check(more)).toMatchObject({ code: 'INTEGRITY', details: { entry: 'run_a/ghost' } });
    const astray = entries.map((file) => (file.kind === 'link' ? { ...file, link_target: 'elsewhere' } : file));
    expect(await check(astray)).toMatchObject({ code: 'INTEGRITY', details: { entry: 'run_a/link' } });
  });
});

describe('verifying a damaged folder', () => {
  const damages: readonly (readonly [string, string, (root: string) => void])[] = [
    ['a changed byte', 'run_a/summary.json', (root) => writeFileSync(join(root, 'summary.json'), '{]')],
    ['a cut file', 'run_a/large.bin', (root) => writeFileSync(join(root, 'large.bin'), noise(1 << 20))],
    ['a missing file', 'run_a/exports/a.csv', (root) => unlinkSync(join(root, 'exports', 'a.csv'))],
    ['an added file', 'run_a/empty/new', (root) => writeFileSync(join(root, 'empty', 'new'), '')],
    ['a link that leads elsewhere', 'run_a/link', (root) => { unlinkSync(join(root, 'link')); symlinkSync('x', join(root, 'link')); }],
    ['a file that became a link', 'run_a/summary.json', (root) => { unlinkSync(join(root, 'summary.json')); symlinkSync('link', join(root, 'summary.json')); }],
  ];
  it.each(damages)('finds %s', async (_, entry, damage) => {
    makeSmallReport();
    const staged = await writeArchive(shop.context, request('directory'), unwatched);
    damage(staged.archivePath);
    const failure = await failureOf(() => verifyArchive(shop.context, staged.archivePath, 'directory', staged.manifest, unwatched));
    expect(failure).toMatchObject({ code: 'INTEGRITY', details: { entry } });
  });
});

describe.each(formats)('publishing %s', (format) => {
  it('never replaces what came to the final name meanwhile', async () => {
    makeSmallReport();
    const staged = await writeArchive(shop.context, request(format), unwatched);
    if (format === 'directory') put(join(staged.destination, 'foreign'), 'foreign');
    else put(staged.destination, 'foreign');
    const before = picture(staged.destination, { modes: true, times: true });
    expect(await codeOf(() => publish(shop.context, staged))).toBe('CONFLICT');
    expect(picture(staged.destination, { modes: true, times: true })).toEqual(before);
    expect(existsSync(staged.manifestDestination)).toBe(false);
    discard(shop.context, staged);
    expect(left(format)).toHaveLength(1);
  });

  it('never replaces a manifest of something else', async () => {
    makeSmallReport();
    const staged = await writeArchive(shop.context, request(format), unwatched);
    put(staged.manifestDestination, '{}');
    expect(await codeOf(() => publish(shop.context, staged))).toBe('CONFLICT');
    expect(existsSync(staged.destination)).toBe(false);
    discard(shop.context, staged);
    expect(readFileSync(staged.manifestDestination, 'utf8')).toBe('{}');
  });

  it('refuses an occupied destination before anything is written, unless the caller will move it away', async () => {
    makeSmallReport();
    put(shop.destination(format), 'old');
    expect(await codeOf(() => writeArchive(shop.context, request(format), unwatched))).toBe('CONFLICT');
    expect(left(format)).toHaveLength(1);
    const staged = await writeArchive(shop.context, { ...request(format), overwrite: true }, unwatched);
    expect(readFileSync(shop.destination(format), 'utf8')).toBe('old');
    unlinkSync(shop.destination(format));
    publish(shop.context, staged);
    await expectPublished(format);
  });

  it('works on a volume without hard links', async () => {
    makeSmallReport();
    const fs: FileSystem = { ...nodeFileSystem, link: () => { throw Object.assign(new Error('no links here'), { code: 'EPERM' }); } };
    await makeAndPublish(contextWith(fs, shop.root), format);
    await expectPublished(format);
    expect(left(format)).toHaveLength(2);
  });

  it('stops when asked to, within each MiB, and leaves nothing', async () => {
    makeSmallReport();
    put(join(shop.report, 'larger.bin'), noise(5 << 20));
    for (let stopAt = 1; stopAt < 12; stopAt += 1) {
      let asked = 0;
      const signal: WorkSignal = {
        cancelled: false,
        progress: () => undefined,
        check: () => {
          asked += 1;
          if (asked === stopAt) throw new ConsoleError('CANCELLED', 'Stopped.');
        },
      };
      expect(await failureOf(() => writeArchive(shop.context, request(format), signal))).toMatchObject({ code: 'CANCELLED' });
      expect(left(format)).toEqual([]);
    }
  });

  it('reports progress in bytes up to the whole', async () => {
    makeSmallReport();
    const seen: (readonly [string, number, number | null])[] = [];
    const signal: WorkSignal = { ...unwatched, progress: ({ phase, bytes_done, bytes_total }) => seen.push([phase, bytes_done, bytes_total]) };
    const staged = await writeArchive(shop.context, request(format), signal);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, signal);
    const bytes = staged.manifest.totals.bytes;
    expect(seen.filter(([phase]) => phase === 'archive').at(-1)).toEqual(['archive', bytes, bytes]);
    expect(seen.filter(([phase]) => phase === 'verify').at(-1)?.[2]).toBe(bytes);
  });
});

describe('asking for an archive', () => {
  it('refuses when the volume has less space than the archive may need, and writes nothing', async () => {
    makeSmallReport();
    const context = contextWith({ ...nodeFileSystem, freeBytes: () => 1000 }, shop.root);
    expect(await failureOf(() => writeArchive(context, request('zip'), unwatched))).toMatchObject({ code: 'NO_SPACE', details: { free_bytes: 1000 } });
    expect(left('zip')).toEqual([]);
  });

  it.each(['../x', 'run_a/../x', 'run_a//x', '/x', 'run_a/.', 'other/x', 'run_a/summary.json/x'])('refuses the name %s', async (name) => {
    makeSmallReport();
    const items = [...itemsOf(shop.report), ...itemsOf(join(shop.report, 'summary.json'), name)];
    expect(await codeOf(() => writeArchive(shop.context, { ...request('tar'), items }, unwatched))).toBe('PATH_INVALID');
  });

  it('reads no manifest that is damaged, newer or missing', async () => {
    const path = join(shop.root, 'm.json');
    expect(await codeOf(() => readManifest(shop.context, path))).toBe('NOT_FOUND');
    for (const [text, code] of [['{', 'DOCUMENT_CORRUPT'], ['{"schema": "sterownia.archive-manifest/1"}', 'DOCUMENT_CORRUPT'], ['{"schema": "sterownia.archive-manifest/2"}', 'DOCUMENT_NEWER']] as const) {
      writeFileSync(path, text);
      expect(await codeOf(() => readManifest(shop.context, path))).toBe(code);
    }
  });
});

it('treats a simulated crash as nothing that code could mistake for a system error', () => {
  expect(new SimulatedCrash({ name: 'write', path: 'x', mutating: true })).not.toHaveProperty('code');
});
