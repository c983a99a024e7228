import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCurrentFuseWire } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import afterPack from '../../installer/afterPack.mjs';
import { fuseFile, wasmTrapHandlers, withFuse } from '../../installer/fuseWire.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Rows of the tables of docs/security.md, by the name in their first or second column. */
const rows = read('docs/security.md').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

const documentedFuses = Object.fromEntries(rows.filter((row) => row.length === 3 && ['on', 'off'].includes(row[1] ?? '')).map((row) => [row[0], row[1] === 'on']));

/** The block `electronFuses:` of the packer's configuration. */
function configuredFuses(): Record<string, boolean> {
  const block = /^electronFuses:\n((?: {2}\w+: (?:true|false)\n)+)/mu.exec(read('electron-builder.yml'))?.[1] ?? '';
  return Object.fromEntries(block.trim().split('\n').map((line) => line.trim().split(': ')).map(([name, value]) => [name ?? '', value === 'true']));
}

describe('the fuses', () => {
  it('are nine, each decided as documented', () => {
    expect({ ...configuredFuses(), wasmTrapHandlers: wasmTrapHandlers.enabled }).toEqual(documentedFuses);
    expect(Object.keys(documentedFuses).sort()).toEqual([
      'enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'enableNodeCliInspectArguments', 'enableNodeOptionsEnvironmentVariable',
      'grantFileProtocolExtraPrivileges', 'loadBrowserProcessSpecificV8Snapshot', 'onlyLoadAppFromAsar', 'runAsNode', 'wasmTrapHandlers',
    ]);
  });

  it('shut what would let other programs into the main process', () => {
    expect(documentedFuses).toMatchObject({ runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, onlyLoadAppFromAsar: true });
  });

  it('go with the identity that the program gives itself', () => {
    const id = /^appId: (.+)$/mu.exec(read('electron-builder.yml'))?.[1] ?? 'none';
    expect(read('src/main/launch.ts')).toContain(`setAppUserModelId('${id}')`);
  });

  it('include the hook that sets the ninth', () => expect(read('electron-builder.yml')).toMatch(/^afterPack: installer\/afterPack\.mjs$/mu));
});

describe('the ninth fuse', () => {
  const marker = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  const binary = (states: string, times = 1) =>
    Buffer.concat(Array.from({ length: times }, () => Buffer.concat([Buffer.from(`code${marker}`), Buffer.from([1, states.length]), Buffer.from(`${states}code`)])));
  let folder = '';
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sterownia-fuse-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is set in the packed binary and leaves the others alone', async () => {
    const path = join(folder, 'sterownia');
    writeFileSync(path, binary('010101010'));
    afterPack({ appOutDir: folder, electronPlatformName: 'linux', packager: { executableName: 'sterownia', appInfo: { productFilename: 'Sterownia' } } });
    const { version, ...wire } = await getCurrentFuseWire(path);
    expect(version).toBe('1');
    expect(Object.values(wire).map((state) => String.fromCodePoint(Number(state))).join('')).toBe('010101011');
  });

  it('is set in both halves of a universal binary', () => {
    expect(withFuse(binary('000000000', 2), { index: 8, enabled: true }).toString().match(/000000001/gu)).toHaveLength(2);
  });

  it.each([['no wire', Buffer.from('code')], ['a shorter wire', binary('00000000')]])('stops the packing of a binary with %s', (_what, content) => {
    expect(() => withFuse(content, wasmTrapHandlers)).toThrow(/fuse/u);
  });

  it('is looked for where each system has it', () => {
    const packager = { executableName: 'sterownia', appInfo: { productFilename: 'Sterownia' } };
    const at = (electronPlatformName: string) => fuseFile({ appOutDir: 'out', electronPlatformName, packager }).replaceAll('\\', '/');
    expect([at('linux'), at('win32'), at('darwin')]).toEqual([
      'out/sterownia', 'out/Sterownia.exe', 'out/Sterownia.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
    ]);
  });
});

describe('the checklist', () => {
  it('is answered in full, one line for each of the twenty items', () => {
    const items = rows.filter((row) => row.length === 4 && /^\d+$/u.test(row[0] ?? ''));
    expect(items.map((row) => Number(row[0]))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const row of items) expect(row.every((cell) => cell.length > 0), row.join(' ')).toBe(true);
  });

  it('names tests that exist', () => {
    const files = new Set([...readdirSync(new URL('.', import.meta.url)), ...readdirSync(new URL('../../e2e/', import.meta.url))]);
    const named = rows.filter((row) => row.length === 4).flatMap((row) => [...(row[3] ?? '').matchAll(/`(\w+)`/gu)].map((match) => match[1] ?? ''));
    for (const name of new Set(named)) expect(files.has(`${name}.test.ts`) || files.has(`${name}.spec.ts`), name).toBe(true);
  });

  it('has Electron pinned to one version', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { readonly devDependencies: Readonly<Record<string, string>> };
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/u);
    expect(JSON.parse(read('node_modules/electron/package.json'))).toMatchObject({ version: devDependencies['electron'] });
  });

  it('has no way to open an address outside the console', () => {
    const folder = new URL('../../src/main/', import.meta.url);
    for (const name of readdirSync(folder)) expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toContain('openExternal(');
  });
});
