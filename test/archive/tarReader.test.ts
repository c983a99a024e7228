/** Tars are taken apart the same in whatever pieces they come, and what the console does not write is refused. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeArchive } from '#engines/archive';
import { unwatched } from '#engines/storage';
import { TarReader } from '../../src/engines/archive/tarReader.ts';
import { itemsOf, put, run, workshop } from './workshop.ts';

const shop = workshop();

function read(bytes: Buffer, piece: number): readonly string[] {
  const seen: string[] = [];
  let content = '';
  const reader = new TarReader({
    entry: ({ name, kind, size, target }) => { seen.push(`${kind} ${name} ${size} ${target ?? ''}`); },
    content: (part) => { content += part.toString('latin1'); },
    end: () => {
      seen.push(content);
      content = '';
    },
  });
  for (let at = 0; at < bytes.length; at += piece) reader.feed(bytes.subarray(at, at + piece));
  reader.finish();
  return seen;
}

const long = `${'długa nazwa '.repeat(12)}.csv`;

function gnuTar(...options: readonly string[]): Buffer {
  put(join(shop.report, 'summary.json'), '{"a": 1}');
  put(join(shop.report, long), 'a,b\n'.repeat(300));
  put(join(shop.report, 'empty'), '');
  mkdirSync(join(shop.report, 'folder'));
  symlinkSync(long, join(shop.report, 'link'));
  return execFileSync('tar', ['-c', '--sort=name', ...options, '-C', join(shop.root, 'source'), 'run_a']);
}

describe('reading a tar', () => {
  it.each([1, 7, 511, 512, 513, 4096, 1 << 20])('in pieces of %s bytes gives every entry with its content', (piece) => {
    expect(read(gnuTar('--format=pax'), piece)).toEqual([
      'directory run_a/ 0 ', '', `file run_a/${long} 1200 `, 'a,b\n'.repeat(300), 'file run_a/empty 0 ', '', 'directory run_a/folder/ 0 ', '',
      `link run_a/link 0 ${long}`, '', 'file run_a/summary.json 8 ', '{"a": 1}',
    ]);
  });

  it('refuses kinds of headers that the console does not write', () => {
    expect(() => read(gnuTar('--format=gnu'), 4096)).toThrow(/unknown kind|damaged/u);
  });

  it('refuses an archive that ends early, wherever', () => {
    const bytes = gnuTar('--format=pax');
    const whole = bytes.subarray(0, 512 * Math.ceil(bytes.findLastIndex((byte) => byte !== 0) / 512));
    for (let end = 0; end <= whole.length; end += 100) expect(() => read(whole.subarray(0, end), 4096)).toThrow('ends too early');
  });
});

describe('a tar of the console', () => {
  it('holds a mode of 0, which the packing library would replace by its own', async () => {
    put(join(shop.report, 'closed.csv'), 'a,b\n');
    const items = itemsOf(shop.report).map((item) => (item.kind === 'file' ? { ...item, mode: 0 } : item));
    const staged = await writeArchive(shop.context, { items, format: 'tar', destination: shop.destination('tar'), source: 'x' }, unwatched);
    expect(run('tar', '-tvf', staged.archivePath)).toMatch(/^---------- .*closed\.csv$/mu);
  });
});
