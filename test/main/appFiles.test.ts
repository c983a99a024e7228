import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppFiles } from '../../src/main/appFiles.ts';

const page = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__">';
const script = 'export const one = 1;';
let parent = '';
let root = '';

const entry = (text: string, contentType: string, immutable = false) =>
  ({ sha256: createHash('sha256').update(text).digest('hex'), content_type: contentType, immutable, bytes: text.length, encodings: [] });

function writeManifest(files: Record<string, unknown>): void {
  writeFileSync(join(root, 'manifest.json'), JSON.stringify({ schema: 'sterownia.renderer-manifest/1', files }));
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sterownia-files-'));
  root = join(parent, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), page);
  writeFileSync(join(root, 'assets', 'a.js'), script);
  writeFileSync(join(root, 'unlisted.txt'), 'not for the page');
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeManifest({ '/index.html': entry(page, 'text/html; charset=utf-8'), '/assets/a.js': entry(script, 'text/javascript; charset=utf-8', true) });
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const open = () => openAppFiles({ root, readFile });
const get = async (url: string, method = 'GET') => (await open())({ url, method });

describe('files of the window', () => {
  it('serves the start page with a nonce of its own, each time another', async () => {
    const serve = await open();
    const nonces = new Set<string>();
    for (let load = 0; load < 3; load += 1) {
      const response = await serve({ url: 'app://sterownia/', method: 'GET' });
      const nonce = /content="([\w-]+)"/u.exec(await response.text())?.[1] ?? '';
      expect(nonce.length).toBeGreaterThanOrEqual(22);
      expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('sends the whole policy with every answer, refusals included', async () => {
    for (const response of [await get('app://sterownia/index.html'), await get('app://sterownia/assets/a.js'), await get('app://sterownia/nothing'), await get('app://sterownia/', 'POST')]) {
      const policy = response.headers.get('content-security-policy') ?? '';
      for (const part of ["default-src 'none'", "script-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) {
        expect(policy.split('; ')).toContain(part);
      }
      expect(policy).not.toContain('unsafe');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('keeps hashed files and never keeps the page', async () => {
    expect((await get('app://sterownia/assets/a.js')).headers.get('cache-control')).toContain('immutable');
    expect((await get('app://sterownia/index.html')).headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    'app://sterownia/manifest.json', 'app://sterownia/unlisted.txt', 'app://sterownia/../secret.txt', 'app://sterownia/%2e%2e/secret.txt',
    'app://sterownia/assets/%2e%2e%2f%2e%2e%2fsecret.txt', 'app://sterownia/assets/..%5c..%5csecret.txt', 'app://sterownia//etc/passwd',
    'app://sterownia/assets', 'app://sterownia/assets/', 'app://sterownia/INDEX.HTML', 'app://sterownia/index.html%00.js', 'app://sterownia/__proto__',
    'app://other/index.html', 'https://sterownia/index.html', 'file:///etc/passwd', 'nonsense',
  ])('has nothing at %s', async (url) => expect((await get(url)).status).toBe(404));

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS'])('answers no %s', async (method) => expect((await get('app://sterownia/', method)).status).toBe(405));

  it('does not serve a file that is not the one that was built', async () => {
    writeFileSync(join(root, 'assets', 'a.js'), 'evil()');
    expect((await get('app://sterownia/assets/a.js')).status).toBe(500);
  });

  it.each(['/../secret.txt', '../secret.txt', '/assets/../../secret.txt', '/a\\b', '/.hidden'])('refuses a manifest that lists %s', async (path) => {
    writeManifest({ [path]: entry('x', 'text/plain') });
    await expect(open()).rejects.toThrow();
  });
});
