import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem, replaceFile, systemCode } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash } from './faultyFileSystem.ts';

let root: string;
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'faulty-')); });
afterEach(() => rmSync(root, { recursive: true }));

const outcome = (act: () => void): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
};

describe('the faulty file system', () => {
  it('only counts when no fault is asked for', () => {
    const faulty = faultyFileSystem(nodeFileSystem);
    replaceFile(faulty.fs, join(root, 'a'), Buffer.from('x'));
    expect(faulty.counted.map((call) => call.name)).toEqual(['mkdir', 'open', 'write', 'fsync', 'rename', 'fsync']);
    expect(faulty.fired).toBe(false);
  });

  it('throws the code once, at the n-th mutating call, without effect', () => {
    const faulty = faultyFileSystem(nodeFileSystem, { at: 2, kind: 'ENOSPC' });
    faulty.fs.mkdir(join(root, 'one'));
    expect(systemCode(outcome(() => faulty.fs.mkdir(join(root, 'two'))))).toBe('ENOSPC');
    faulty.fs.mkdir(join(root, 'three'));
    expect(readdirSync(root)).toEqual(['one', 'three']);
  });

  it('keeps failing when sticky, and has its effect when late', () => {
    const faulty = faultyFileSystem(nodeFileSystem, { at: 1, kind: 'EIO', sticky: true, late: true });
    expect(systemCode(outcome(() => faulty.fs.mkdir(join(root, 'one'))))).toBe('EIO');
    expect(systemCode(outcome(() => faulty.fs.mkdir(join(root, 'two'))))).toBe('EIO');
    expect(readdirSync(root)).toEqual(['one', 'two']);
  });

  it('writes half where a short write is asked for, and callers that loop lose nothing', () => {
    const faulty = faultyFileSystem(nodeFileSystem, { at: 1, kind: 'short' });
    replaceFile(faulty.fs, join(root, 'a'), Buffer.from('0123456789'));
    expect(faulty.fired).toBe(true);
    expect(faulty.counted).toHaveLength(2);
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('0123456789');
  });

  it('lets nothing through after a crash, reads included', () => {
    const faulty = faultyFileSystem(nodeFileSystem, { at: 3, kind: 'crash' });
    expect(outcome(() => replaceFile(faulty.fs, join(root, 'a'), Buffer.from('x')))).toBeInstanceOf(SimulatedCrash);
    expect(outcome(() => faulty.fs.readdir(root))).toBeInstanceOf(SimulatedCrash);
    expect(readdirSync(root)).toHaveLength(1);
    faulty.release();
  });

  it('visits every call once', async () => {
    const hits = await atEveryCall((at) => ({ at, kind: 'EPERM' }), (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      outcome(() => replaceFile(faulty.fs, join(root, 'a'), Buffer.from('x')));
      return faulty.fired;
    });
    expect(hits).toBe(6);
  });
});
