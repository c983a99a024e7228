import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimateBytes, manifestPathOf, publish, readManifest, verifyArchive, writeArchive, type ArchiveFormat, type Staged } from '#engines/archive';
import { nodeFileSystem, textFromBytes, unwatched } from '#engines/storage';
import { extension, fileFormats, formats, itemsOf, makeReport, noise, ns, picture, put, run, unpack, workshop, type Workshop } from './workshop.ts';

const shop = workshop();

async function archive({ context, report, destination }: Workshop, format: ArchiveFormat, name = 'run_a'): Promise<Staged> {
  const staged = await writeArchive(context, { items: itemsOf(report, name), format, destination: destination(format), source: 'smoke/run_a' }, unwatched);
  await verifyArchive(context, staged.archivePath, format, staged.manifest, unwatched);
  publish(context, staged);
  return staged;
}

describe.each(formats)('an archive as %s', (format) => {
  it('unpacks elsewhere to the same tree: contents, links, empty folders, Polish names, modes and times', async () => {
    makeReport(shop.report);
    const before = picture(shop.report, { modes: true, times: true });
    await archive(shop, format);
    const unpacked = unpack(shop.destination(format), format, join(shop.root, 'unpacked'));
    // A zip counts time in steps of two seconds; the report's times are even for that reason.
    expect(picture(unpacked, { modes: true, times: true })).toEqual(before);
    expect(picture(shop.report, { modes: true, times: true })).toEqual(before);
  });

  it('lies beside its manifest and nothing else, and verifies by the manifest that was read back', async () => {
    makeReport(shop.report);
    await archive(shop, format);
    const path = shop.destination(format);
    expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), `${basename(path)}.manifest.json`].sort());
    const manifest = readManifest(shop.context, manifestPathOf(path));
    expect(manifest).toMatchObject({ source: 'smoke/run_a', archive: basename(path), format, created_at: '2026-11-20T09:41:55.000Z' });
    expect(manifest.totals).toMatchObject({ files: 6, links: 3, directories: 3 });
    await verifyArchive(shop.context, path, format, manifest, unwatched);
  });

  it('has digests in its manifest that sha256sum confirms', async () => {
    makeReport(shop.report);
    const { manifest } = await archive(shop, format);
    for (const file of manifest.files.filter((entry) => entry.kind === 'file')) {
      expect(run('sha256sum', join(dirname(shop.report), file.name))).toContain(file.sha256);
    }
  });

  it('takes dates before 1970, before 1980 and after 2038, and keeps the truth in the manifest', async () => {
    const times = { old: ns('1979-12-31T23:59:58Z', 5n), odd: ns('1990-05-05T05:05:04Z'), far: ns('2042-07-08T09:10:12Z') };
    for (const [name, time] of Object.entries(times)) put(join(shop.report, name), name, time);
    const items = [...itemsOf(shop.report)].map((item) => (item.name === 'run_a/old' ? item : item));
    const staged = await writeArchive(shop.context, { items, format, destination: shop.destination(format), source: 'x' }, unwatched);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched);
    publish(shop.context, staged);
    const byName = new Map(staged.manifest.files.map((file) => [file.name, file.mtime]));
    expect(byName.get('run_a/odd')).toBe('1990-05-05T05:05:04.000000000Z');
    expect(byName.get('run_a/old')?.slice(0, 23)).toBe('1979-12-31T23:59:58.000');
    expect(byName.get('run_a/far')).toBe('2042-07-08T09:10:12.000000000Z');
    const unpacked = unpack(shop.destination(format), format, join(shop.root, 'unpacked'));
    const seconds = (name: string): number => Math.floor(statSync(join(unpacked, name)).mtimeMs / 1000);
    expect(seconds('old')).toBe(Date.parse(format === 'zip' ? '1980-01-01T00:00:00Z' : '1979-12-31T23:59:58Z') / 1000);
    expect(seconds('odd')).toBe(Date.parse('1990-05-05T05:05:04Z') / 1000);
    expect(seconds('far')).toBe(Date.parse('2042-07-08T09:10:12Z') / 1000);
  });

  it('holds a report that is a single file, and one that is a link', async () => {
    for (const kind of ['file', 'link'] as const) {
      const path = join(shop.root, `single-${kind}`);
      if (kind === 'file') put(path, 'alone');
      else symlinkSync('elsewhere', path);
      const destination = join(shop.root, 'out', `single-${kind}${extension[format]}`);
      const staged = await writeArchive(shop.context, { items: itemsOf(path, 'single'), format, destination, source: 'single' }, unwatched);
      await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched);
      publish(shop.context, staged);
      expect(existsSync(manifestPathOf(destination))).toBe(true);
      if (format === 'directory') expect(lstatSync(destination).isSymbolicLink()).toBe(kind === 'link');
    }
  });

  it('holds only the files that it was given, with the folders that lead to them', async () => {
    makeReport(shop.report);
    const items = itemsOf(shop.report).filter((item) => item.name === 'run_a/exports/trades.csv');
    const staged = await writeArchive(shop.context, { items, format, destination: shop.destination(format), source: 'x' }, unwatched);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched);
    publish(shop.context, staged);
    const unpacked = unpack(shop.destination(format), format, join(shop.root, 'unpacked'));
    expect(Object.keys(picture(unpacked, { modes: false, times: false }))).toEqual(['.', './exports', './exports/trades.csv']);
  });

  it('keeps names that are no UTF-8, under names of their own, with the truth in the manifest', async () => {
    put(join(shop.report, 'b%F1d.csv'), 'the plain one');
    writeFileSync(Buffer.concat([Buffer.from(`${shop.report}/b`), Buffer.from([0xf1]), Buffer.from('d.csv')]), 'the raw one');
    put(join(shop.report, 'back\\slash\nline'), 'odd');
    const { manifest } = await archive(shop, format);
    const raw = textFromBytes(Buffer.concat([Buffer.from('run_a/b'), Buffer.from([0xf1]), Buffer.from('d.csv')]));
    const found = new Map(manifest.files.map((file) => [file.name, file.stored_name]));
    expect([...found.keys()].sort()).toEqual(['run_a', 'run_a/b%F1d.csv', 'run_a/back\\slash\nline', raw].sort());
    if (format === 'directory') {
      expect([...found.values()]).toEqual([null, null, null, null]);
    } else {
      expect(found.get(raw)).toBe('run_a/b%F1d.csv~2');
      const unpacked = unpack(shop.destination(format), format, join(shop.root, 'unpacked'));
      expect(readFileSync(join(unpacked, 'b%F1d.csv'), 'utf8')).toBe('the plain one');
      expect(readFileSync(join(unpacked, 'b%F1d.csv~2'), 'utf8')).toBe('the raw one');
      expect(readFileSync(join(unpacked, 'back%5Cslash%0Aline'), 'utf8')).toBe('odd');
    }
  });

  it('is never larger than the estimate', async () => {
    makeReport(shop.report);
    for (let n = 0; n < 50; n += 1) put(join(shop.report, `n${n}`), noise(n));
    const items = itemsOf(shop.report);
    const staged = await archive(shop, format);
    expect(estimateBytes(items, format)).toBeGreaterThan(staged.bytes + statSync(staged.manifestDestination).size);
  });
});

describe('a folder copy', () => {
  it('keeps folders that nobody may write to, with their times', async () => {
    put(join(shop.report, 'locked', 'a.csv'), 'x');
    nodeFileSystem.setTimes(join(shop.report, 'locked'), ns('2025-05-05T05:05:05Z'));
    nodeFileSystem.chmod(join(shop.report, 'locked'), 0o555);
    await archive(shop, 'directory');
    const stat = statSync(join(shop.destination('directory'), 'locked'));
    expect([stat.mode & 0o7777, stat.mtimeMs]).toEqual([0o555, Date.parse('2025-05-05T05:05:05Z')]);
  });

  it('does not follow a link to a folder outside', async () => {
    put(join(shop.root, 'outside', 'secret.csv'), 'secret');
    mkdirSync(shop.report, { recursive: true });
    symlinkSync('../../outside', join(shop.report, 'out'));
    await archive(shop, 'directory');
    expect(lstatSync(join(shop.destination('directory'), 'out')).isSymbolicLink()).toBe(true);
  });
});

describe('a zip', () => {
  it('is read by the zip module of Python, with names as they are', async () => {
    makeReport(shop.report);
    await archive(shop, 'zip');
    const script = 'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps(z.namelist()))';
    const names: unknown = JSON.parse(run('python3', '-c', script, shop.destination('zip')));
    expect(names).toContain('run_a/zażółć gęślą jaźń.csv');
    expect(names).toContain('run_a/pusty folder/');
  });

  it('keeps a first segment that looks like a drive letter', async () => {
    put(join(shop.report, 'a.csv'), 'x');
    const { manifest } = await archive(shop, 'zip', 'run:1');
    expect(manifest.files.map((file) => file.stored_name)).toEqual(['run%3A1', 'run%3A1/a.csv']);
  });
});

describe('a tar', () => {
  it('names no owner and is the same bytes for the same source', async () => {
    makeReport(shop.report);
    for (const format of ['tar', 'tar.gz'] as const) {
      await archive(shop, format);
      const kept = join(shop.root, `first${extension[format]}`);
      copyFileSync(shop.destination(format), kept);
      for (const path of [shop.destination(format), manifestPathOf(shop.destination(format))]) nodeFileSystem.unlink(path);
      await archive(shop, format);
      expect(readFileSync(shop.destination(format)).equals(readFileSync(kept))).toBe(true);
      const listing = run('tar', '--numeric-owner', '-tvf', kept);
      expect(listing.split('\n').filter((line) => line !== '' && !line.includes(' 0/0 '))).toEqual([]);
    }
  });

  it('keeps times to the nanosecond, also before 1970', async () => {
    put(join(shop.report, 'a'), 'x', ns('2026-03-29T01:30:00Z'));
    run('touch', '-d', '1969-12-31 23:59:58.250000001 UTC', join(shop.report, 'b'));
    run('touch', '-d', '2026-03-29 01:30:00.123456789 UTC', join(shop.report, 'c'));
    await archive(shop, 'tar');
    const unpacked = unpack(shop.destination('tar'), 'tar', join(shop.root, 'unpacked'));
    for (const name of ['a', 'b', 'c']) {
      expect(nodeFileSystem.lstat(join(unpacked, name)).mtimeNs).toBe(nodeFileSystem.lstat(join(shop.report, name)).mtimeNs);
    }
  });

  it('holds paths and link targets longer than the classic header has room for', async () => {
    const deep = `${'folder-with-a-long-name/'.repeat(9)}ż${'x'.repeat(120)}.csv`;
    put(join(shop.report, deep), 'deep');
    symlinkSync(deep, join(shop.report, 'link'));
    for (const format of fileFormats) {
      await archive(shop, format);
      expect(readFileSync(join(unpack(shop.destination(format), format, join(shop.root, `unpacked-${format}`)), 'link'), 'utf8')).toBe('deep');
    }
  });
});
