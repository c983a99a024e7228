import { closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discard, verifyArchive, writeArchive, type SourceItem } from '#engines/archive';
import { nodeFileSystem, unwatched, type FileSystem } from '#engines/storage';
import { contextWith, fileFormats, itemsOf, put, run, workshop } from './workshop.ts';

const shop = workshop();
const gib = 1024 ** 3;

describe('a report of very many files', () => {
  it('fits a zip with more entries than the classic format can count', async () => {
    put(join(shop.root, 'one.csv'), 'a,b\n');
    const [one] = itemsOf(join(shop.root, 'one.csv'));
    if (!one) throw new Error('the source is there');
    const items: SourceItem[] = Array.from({ length: 66_000 }, (_, n) => ({ ...one, name: `run_a/${n}.csv` }));
    const staged = await writeArchive(shop.context, { items, format: 'zip', destination: shop.destination('zip'), source: 'x' }, unwatched);
    await verifyArchive(shop.context, staged.archivePath, 'zip', staged.manifest, unwatched);
    const count = run('python3', '-c', 'import sys,zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))', staged.archivePath);
    expect(Number(count)).toBe(66_000);
  });
});

describe('small files', () => {
  it('carry their sizes in the zip header, which is how the quick way of packing writes them', async () => {
    put(join(shop.report, 'summary.json'), '{"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}');
    const items = itemsOf(shop.report).filter((item) => item.kind === 'file');
    const staged = await writeArchive(shop.context, { items, format: 'zip', destination: shop.destination('zip'), source: 'x' }, unwatched);
    const header = readFileSync(staged.archivePath);
    expect([header.readUInt32LE(0), header.readUInt16LE(6) & 8, header.readUInt16LE(8), header.readUInt32LE(22)]).toEqual([0x04034b50, 0, 8, 47]);
  });
});

/** One file that claims a size and whose reading ends with an error after the first chunks. */
function claiming(path: string, size: number, chunks: number): FileSystem {
  let reads = 0;
  const claim = <T extends { readonly size: number }>(stat: T): T => ({ ...stat, size });
  const open = new Set<number>();
  return {
    ...nodeFileSystem,
    freeBytes: () => 100 * gib,
    lstat: (asked) => (asked === path ? claim(nodeFileSystem.lstat(asked)) : nodeFileSystem.lstat(asked)),
    open: (asked, flags, mode) => {
      const fd = nodeFileSystem.open(asked, flags, mode);
      if (asked === path) open.add(fd);
      return fd;
    },
    fstat: (fd) => (open.has(fd) ? claim(nodeFileSystem.fstat(fd)) : nodeFileSystem.fstat(fd)),
    read: (fd, buffer, offset, length, position) => {
      if (!open.has(fd)) return nodeFileSystem.read(fd, buffer, offset, length, position);
      reads += 1;
      if (reads > chunks) throw Object.assign(new Error('end of the experiment'), { code: 'EIO' });
      return length;
    },
  };
}

describe('a tar of a file over 8 GiB', () => {
  it('states the size in the header beyond what its octal digits can say', async () => {
    const path = join(shop.root, 'huge.bin');
    put(path, '');
    const size = 9 * gib + 5;
    const written: Buffer[] = [];
    const fs = claiming(path, size, 3);
    const watching: FileSystem = {
      ...fs,
      write: (fd, buffer, offset, length) => {
        written.push(Buffer.from(buffer.subarray(offset, offset + length)));
        return fs.write(fd, buffer, offset, length);
      },
    };
    const items = itemsOf(path, 'huge.bin', watching).map((item) => ({ ...item, mtimeNs: (item.mtimeNs / 1_000_000_000n) * 1_000_000_000n }));
    nodeFileSystem.setTimes(path, items[0]?.mtimeNs ?? 0n);
    const request = { items, format: 'tar', destination: shop.destination('tar'), source: 'x' } as const;
    await expect(writeArchive(contextWith(watching, shop.root), request, unwatched)).rejects.toMatchObject({ code: 'IO' });
    const header = Buffer.concat(written).subarray(0, 512);
    expect(header[124]).toBe(0x80);
    expect(Number(header.readBigUInt64BE(128))).toBe(size);
  });
});

/** Takes minutes and as many GiB of disk: run it with STEROWNIA_TEST_LARGE=1. */
describe.runIf(process.env['STEROWNIA_TEST_LARGE'] === '1').each(fileFormats)('a real %s of a file over 4 GiB', (format) => {
  it('is written, verified, and read by the programs of others', { timeout: 1_800_000 }, async () => {
    const path = join(shop.report, 'huge.bin');
    put(path, 'begin');
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, 4 * gib + 1);
    closeSync(fd);
    const staged = await writeArchive(shop.context, { items: itemsOf(shop.report), format, destination: shop.destination(format), source: 'x' }, unwatched);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched);
    if (format === 'zip') {
      expect(run('unzip', '-t', staged.archivePath)).toContain('No errors detected');
      expect(run('python3', '-c', 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.infolist()[-1].file_size)', staged.archivePath)).toContain(`None ${4 * gib + 1}`);
    } else {
      expect(run('tar', '-tvf', staged.archivePath)).toContain(String(4 * gib + 1));
    }
    discard(shop.context, staged);
  });
});
