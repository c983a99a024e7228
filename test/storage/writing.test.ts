import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { nodeFileSystem, openDocument, readFully, replaceFile, writeFully } from '#engines/storage';
import { faultyFileSystem, type FaultKind } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => void (workspace = testWorkspace()));
afterEach(() => workspace.remove());

describe('replacing a file', () => {
  const kinds: readonly FaultKind[] = ['EIO', 'ENOSPC', 'EPERM', 'EBUSY', 'crash', 'short'];

  it.each(kinds)('leaves the old or the new content when any call meets %s', (kind) => {
    const path = workspace.put('state.json', 'old');
    for (let at = 1, fired = true; fired; at += 1) {
      const faulty = faultyFileSystem(nodeFileSystem, { at, kind });
      let thrown: unknown = null;
      try {
        replaceFile(faulty.fs, path, Buffer.from('new content'));
      } catch (error) {
        thrown = error;
      }
      faulty.release();
      const now = readFileSync(path, 'utf8');
      expect(['old', 'new content']).toContain(now);
      if (thrown === null) expect(now).toBe('new content');
      fired = faulty.fired;
      workspace.put('state.json', 'old');
    }
  });

  it('leaves no temporary file behind after an error', () => {
    const path = workspace.put('a/state.json', 'old');
    for (let at = 1, fired = true; fired; at += 1) {
      const faulty = faultyFileSystem(nodeFileSystem, { at, kind: 'EIO' });
      try {
        replaceFile(faulty.fs, path, Buffer.from('new'));
      } catch {
        // The content is looked at below.
      }
      fired = faulty.fired;
      expect(readdirSync(join(workspace.root, 'a'))).toEqual(['state.json']);
    }
  });

  it('continues short writes until everything is written', () => {
    const path = join(workspace.root, 'bytes');
    const bytes = Buffer.alloc(100_000, 7);
    const faulty = faultyFileSystem(nodeFileSystem, { at: 1, kind: 'short', sticky: true });
    const fd = faulty.fs.open(path, 'wx');
    writeFully(faulty.fs, fd, bytes);
    faulty.fs.close(fd);
    expect(readFully(nodeFileSystem, path).equals(bytes)).toBe(true);
  });
});

describe('a document', () => {
  const schema = z.object({ schema: z.literal('sterownia.sample/2'), count: z.number() });
  const open = () => openDocument(workspace.context, { path: join(workspace.root, 'doc.json'), schema, kind: 'sterownia.sample/2', lock: (work) => work() });

  it('reads as null where there is none, and reading writes nothing', () => {
    expect(open().read()).toBeNull();
    expect(readdirSync(workspace.root)).toEqual([]);
  });

  it('is quarantined when corrupt, and the damaged bytes stay', () => {
    workspace.put('doc.json', '{"count": ');
    expect(() => open().read()).toThrowError(expect.objectContaining({ code: 'DOCUMENT_CORRUPT' }));
    open().update((current) => {
      expect(current).toBeNull();
      return { schema: 'sterownia.sample/2', count: 1 };
    });
    const aside = readdirSync(workspace.root).find((name) => name.startsWith('doc.json.corrupt-'));
    expect(readFileSync(join(workspace.root, aside ?? 'missing'), 'utf8')).toBe('{"count": ');
    expect(open().read()).toEqual({ schema: 'sterownia.sample/2', count: 1 });
  });

  it('is left alone when a newer version wrote it', () => {
    const text = '{"schema": "sterownia.sample/3", "count": 5, "more": true}';
    workspace.put('doc.json', text);
    expect(() => open().update(() => ({ schema: 'sterownia.sample/2', count: 0 }))).toThrowError(expect.objectContaining({ code: 'DOCUMENT_NEWER' }));
    expect(readFileSync(join(workspace.root, 'doc.json'), 'utf8')).toBe(text);
  });

  it('accepts a byte order mark', () => {
    workspace.put('doc.json', '\ufeff{"schema": "sterownia.sample/2", "count": 3}');
    expect(open().read()?.count).toBe(3);
  });

  it.runIf(process.platform !== 'win32')('is never waited for where a pipe lies in its place, and the pipe stays', () => {
    const path = join(workspace.root, 'doc.json');
    execFileSync('mkfifo', [path]);
    const refused = expect.objectContaining({ code: 'IO', details: expect.objectContaining({ system: 'EINVAL' }) });
    expect(() => open().read()).toThrowError(refused);
    expect(() => open().update(() => ({ schema: 'sterownia.sample/2', count: 1 }))).toThrowError(refused);
    expect(() => nodeFileSystem.open(path, 'a')).toThrowError(expect.objectContaining({ code: 'ENXIO' }));
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('is refused where a folder lies in its place', () => {
    mkdirSync(join(workspace.root, 'doc.json'));
    expect(() => open().read()).toThrowError(expect.objectContaining({ code: 'IO', details: expect.objectContaining({ system: 'EISDIR' }) }));
  });

  it('names the field that does not fit', () => {
    workspace.put('doc.json', '{"schema": "sterownia.sample/2", "count": "many"}');
    expect(() => open().read()).toThrowError(/count/u);
    expect(existsSync(join(workspace.root, 'doc.json'))).toBe(true);
  });
});
