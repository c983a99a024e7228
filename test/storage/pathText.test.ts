import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { displayName, hasRawBytes, nativePath, nodeFileSystem, textFromBytes } from '#engines/storage';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

const bytesOf = (text: string): Buffer => Buffer.from(nativePath(text) as Buffer);

describe('names as text', () => {
  it('survive the way to text and back, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      expect([...bytesOf(textFromBytes(bytes))]).toEqual([...bytes]);
    }), { numRuns: 2000 });
  });

  it('stay themselves when they are UTF-8', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      fc.pre(!hasRawBytes(text) && text.isWellFormed());
      expect(textFromBytes(Buffer.from(text, 'utf8'))).toBe(text);
      expect(nativePath(text)).toBe(text);
    }));
  });

  it('are valid Unicode even for raw bytes, and are shown as bytes', () => {
    const text = textFromBytes(Buffer.from([0xb3, 0xf3, 0x64, 0xbc]));
    expect(text.isWellFormed()).toBe(true);
    expect(displayName(text)).toBe('\\xb3\\xf3d\\xbc');
  });

  it('keep real private-use characters apart from raw bytes', () => {
    const real = Buffer.from('\uf7b3', 'utf8');
    const raw = Buffer.from([0xb3]);
    expect(textFromBytes(real)).not.toBe(textFromBytes(raw));
    expect([...bytesOf(textFromBytes(real))]).toEqual([...real]);
  });
});

describe('the real file system', () => {
  let workspace: TestWorkspace;
  beforeEach(() => void (workspace = testWorkspace()));
  afterEach(() => workspace.remove());

  it.skipIf(process.platform === 'win32')('lists and removes files whose names are no UTF-8', () => {
    const folder = join(workspace.root, 'odd');
    mkdirSync(folder);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xb3, 0xf3])]), 'x');
    const [entry] = nodeFileSystem.readdir(folder);
    expect(entry?.kind).toBe('file');
    nodeFileSystem.unlink(join(folder, entry?.name ?? ''));
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
