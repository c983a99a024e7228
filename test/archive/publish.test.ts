/** Final names, refusals, stopping and progress. */
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleError } from '#contract';
import { discard, publish, readManifest, verifyArchive, writeArchive } from '#engines/archive';
import { nodeFileSystem, unwatched, type FileSystem, type WorkSignal } from '#engines/storage';
import { codeOf, expectPublished, failureOf, left, makeAndPublish, makeSmallReport, request } from './making.ts';
import { itemsOf, contextWith, formats, noise, picture, put, workshop } from './workshop.ts';

const shop = workshop();

describe.each(formats)('publishing %s', (format) => {
  it('never replaces what came to the final name meanwhile', async () => {
    makeSmallReport(shop);
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
    if (format === 'directory') put(join(staged.destination, 'foreign'), 'foreign');
    else put(staged.destination, 'foreign');
    const before = picture(staged.destination, { modes: true, times: true });
    expect(await codeOf(() => publish(shop.context, staged))).toBe('CONFLICT');
    expect(picture(staged.destination, { modes: true, times: true })).toEqual(before);
    expect(existsSync(staged.manifestDestination)).toBe(false);
    discard(shop.context, staged);
    expect(left(shop, format)).toHaveLength(1);
  });

  it('never replaces a manifest of something else', async () => {
    makeSmallReport(shop);
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
    put(staged.manifestDestination, '{}');
    expect(await codeOf(() => publish(shop.context, staged))).toBe('CONFLICT');
    expect(existsSync(staged.destination)).toBe(false);
    discard(shop.context, staged);
    expect(readFileSync(staged.manifestDestination, 'utf8')).toBe('{}');
  });

  it('refuses an occupied destination before anything is written, unless the caller will move it away', async () => {
    makeSmallReport(shop);
    put(shop.destination(format), 'old');
    expect(await codeOf(() => writeArchive(shop.context, request(shop, format), unwatched))).toBe('CONFLICT');
    expect(left(shop, format)).toHaveLength(1);
    const staged = await writeArchive(shop.context, { ...request(shop, format), overwrite: true }, unwatched);
    expect(readFileSync(shop.destination(format), 'utf8')).toBe('old');
    unlinkSync(shop.destination(format));
    publish(shop.context, staged);
    await expectPublished(shop, format);
  });

  it('works on a volume without hard links', async () => {
    makeSmallReport(shop);
    const fs: FileSystem = { ...nodeFileSystem, link: () => { throw Object.assign(new Error('no links here'), { code: 'EPERM' }); } };
    await makeAndPublish(contextWith(fs, shop.root), shop, format);
    await expectPublished(shop, format);
    expect(left(shop, format)).toHaveLength(2);
  });

  it('stops when asked to, within each MiB, and leaves nothing', async () => {
    makeSmallReport(shop);
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
      expect(await failureOf(() => writeArchive(shop.context, request(shop, format), signal))).toMatchObject({ code: 'CANCELLED' });
      expect(left(shop, format)).toEqual([]);
    }
  });

  it('reports progress in bytes up to the whole', async () => {
    makeSmallReport(shop);
    const seen: (readonly [string, number, number | null])[] = [];
    const signal: WorkSignal = { ...unwatched, progress: ({ phase, bytes_done, bytes_total }) => seen.push([phase, bytes_done, bytes_total]) };
    const staged = await writeArchive(shop.context, request(shop, format), signal);
    await verifyArchive(shop.context, staged.archivePath, format, staged.manifest, signal);
    const bytes = staged.manifest.totals.bytes;
    expect(seen.filter(([phase]) => phase === 'archive').at(-1)).toEqual(['archive', bytes, bytes]);
    expect(seen.filter(([phase]) => phase === 'verify').at(-1)?.[2]).toBe(bytes);
  });
});

describe('asking for an archive', () => {
  it('refuses when the volume has less space than the archive may need, and writes nothing', async () => {
    makeSmallReport(shop);
    const context = contextWith({ ...nodeFileSystem, freeBytes: () => 1000 }, shop.root);
    expect(await failureOf(() => writeArchive(context, request(shop, 'zip'), unwatched))).toMatchObject({ code: 'NO_SPACE', details: { free_bytes: 1000 } });
    expect(left(shop, 'zip')).toEqual([]);
  });

  it.each(['../x', 'run_a/../x', 'run_a//x', '/x', 'run_a/.', 'other/x', 'run_a/summary.json/x'])('refuses the name %s', async (name) => {
    makeSmallReport(shop);
    const items = [...itemsOf(shop.report), ...itemsOf(join(shop.report, 'summary.json'), name)];
    expect(await codeOf(() => writeArchive(shop.context, { ...request(shop, 'tar'), items }, unwatched))).toBe('PATH_INVALID');
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
