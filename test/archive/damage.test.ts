/** A damaged archive does not verify. */
import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discard, verifyArchive, writeArchive } from '#engines/archive';
import { unwatched } from '#engines/storage';
import { codeOf, failureOf, makeSmallReport, request } from './making.ts';
import { fileFormats, noise, put, workshop } from './workshop.ts';

const shop = workshop();

describe.each(fileFormats)('verifying a damaged %s', (format) => {
  async function damaged(change: (bytes: Buffer) => Buffer): Promise<unknown> {
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
    writeFileSync(staged.archivePath, change(readFileSync(staged.archivePath)));
    const failure = await failureOf(() => verifyArchive(shop.context, staged.archivePath, format, staged.manifest, unwatched));
    discard(shop.context, staged);
    return failure;
  }

  it('finds one flipped bit, in every part of the file', async () => {
    put(join(shop.report, 'summary.json'), '{"a": 1}');
    put(join(shop.report, 'b.csv'), noise(700));
    symlinkSync('summary.json', join(shop.report, 'link'));
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
    const whole = readFileSync(staged.archivePath);
    // A step that meets every field of a tar's headers, which lie 512 bytes apart, sooner or later.
    const step = format === 'tar' ? 5 : 1;
    for (let at = 0; at < whole.length; at += step) {
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
    makeSmallReport(shop);
    for (const cut of [1, 22, 512, 1024, 5000, 1 << 20]) expect(await damaged((bytes) => bytes.subarray(0, bytes.length - cut))).toMatchObject({ code: 'INTEGRITY' });
    expect(await damaged(() => Buffer.alloc(0))).toMatchObject({ code: 'INTEGRITY' });
  });

  it('finds something added at the end', async () => {
    makeSmallReport(shop);
    expect(await damaged((bytes) => Buffer.concat([bytes, Buffer.alloc(512)]))).toMatchObject({ code: 'INTEGRITY' });
  });

  it('does not take a link for the archive, even to one that is right', async () => {
    makeSmallReport(shop);
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
    symlinkSync(staged.archivePath, join(shop.root, 'link'));
    expect(await codeOf(() => verifyArchive(shop.context, join(shop.root, 'link'), format, staged.manifest, unwatched))).toBe('INTEGRITY');
  });

  it('names the entry whose content differs, missing or added entries too', async () => {
    makeSmallReport(shop);
    const staged = await writeArchive(shop.context, request(shop, format), unwatched);
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
    makeSmallReport(shop);
    const staged = await writeArchive(shop.context, request(shop, 'directory'), unwatched);
    damage(staged.archivePath);
    const failure = await failureOf(() => verifyArchive(shop.context, staged.archivePath, 'directory', staged.manifest, unwatched));
    expect(failure).toMatchObject({ code: 'INTEGRITY', details: { entry } });
  });
});
