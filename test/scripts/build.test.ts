/** The build: nothing again without a reason, and a list of the window's files that hosts can trust. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationNamesPlugin } from '../../scripts/lib/bundles.ts';
import { fingerprint } from '../../scripts/lib/fingerprint.ts';
import { writeRendererManifest } from '../../scripts/lib/rendererManifest.ts';
import { openWindowFiles } from '../../src/server/windowFiles.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sterownia-build-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string): string {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('the fingerprint of sources', () => {
  it('changes with content, name and set of files, and with nothing else', () => {
    const file = put('src/a.ts', 'one');
    const look = (): string => fingerprint(root, ['src', 'package.json'], 'v24');
    const first = look();
    utimesSync(file, 1, 1);
    expect(look()).toBe(first);
    put('other/b.ts', 'outside');
    expect(look()).toBe(first);
    const seen = new Set([first, fingerprint(root, ['src', 'package.json'], 'v25')]);
    writeFileSync(file, 'two');
    seen.add(look());
    put('src/deep/c.ts', '');
    seen.add(look());
    put('package.json', '{}');
    seen.add(look());
    expect(seen.size).toBe(5);
  });

  it('does not mistake the end of one file for the beginning of the next', () => {
    put('src/a', 'xy');
    put('src/b', 'z');
    const first = fingerprint(root, ['src']);
    put('src/a', 'x');
    put('src/b', 'yz');
    expect(fingerprint(root, ['src'])).not.toBe(first);
  });
});

describe('the list of the window\'s files', () => {
  it('names every file with its digest and kind, and gives compressed twins that unpack to the same', async () => {
    put('index.html', '<p>__CSP_NONCE__</p>');
    const script = 'const x = 1;\n'.repeat(500);
    put('assets/app-1.js', script);
    put('icon.svg', '<svg/>');
    const { files } = writeRendererManifest(root);
    expect(Object.entries(files).map(([path, entry]) => [path, entry.content_type, entry.immutable, entry.encodings])).toEqual([
      ['/assets/app-1.js', 'text/javascript; charset=utf-8', true, ['br', 'gzip']],
      ['/icon.svg', 'image/svg+xml', false, []],
      ['/index.html', 'text/html; charset=utf-8', false, []],
    ]);
    expect(brotliDecompressSync(readFileSync(join(root, 'assets/app-1.js.br'))).toString()).toBe(script);
    expect(gunzipSync(readFileSync(join(root, 'assets/app-1.js.gz'))).toString()).toBe(script);
    expect((await openWindowFiles(root)).find('/')?.page).toBe(true);
  });

  it('fails on a file whose kind is unknown, since no host could serve it', () => {
    put('index.html', '');
    put('assets/strange.xyz', '');
    expect(() => writeRendererManifest(root)).toThrow('strange.xyz');
  });

  it('is refused by the server when it is missing, damaged or names a path that leads elsewhere', async () => {
    await expect(openWindowFiles(root)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const entry = { sha256: '0'.repeat(64), content_type: 'text/html', immutable: false, encodings: [] };
    const damaged = ['{', '[]', JSON.stringify({ schema: 'sterownia.renderer-manifest/1', files: {} }), ...['/../x', '/a/../../x', '//x', '/a//b', '/%2e', 'index'].map((path) =>
      JSON.stringify({ schema: 'sterownia.renderer-manifest/1', files: { '/index.html': entry, [path]: entry } }))];
    for (const text of damaged) {
      put('manifest.json', text);
      await expect(openWindowFiles(root), text).rejects.toMatchObject({ code: 'DOCUMENT_CORRUPT' });
    }
  });
});

it('gives the preload script the names of the operations and nothing of the table behind them', async () => {
  const entry = put('entry.ts', "import { operationNames } from 'virtual:operation-names';\nconsole.log(operationNames);\n");
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'cjs', write: false, plugins: [operationNamesPlugin(['a.b', 'c.d'])] });
  expect(outputFiles[0]?.text).toContain('Object.freeze(["a.b", "c.d"])');
});
