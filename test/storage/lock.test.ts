import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireLock, withLock } from '#engines/storage';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => void (workspace = testWorkspace()));
afterEach(() => workspace.remove());

const lockFile = join(import.meta.dirname, '../../src/engines/storage/lock.ts');

function holder(directory: string) {
  const code = `import { acquireLock } from ${JSON.stringify(pathToFileURL(lockFile).href)};
    globalThis.held = acquireLock(${JSON.stringify(directory)}, 'acts', { purpose: 'archive of March' });
    process.stdout.write('held'); setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a lock', () => {
  it('is refused while another process holds it, and its holder is named', async () => {
    const child = holder(workspace.root);
    await once(child.stdout, 'data');
    expect(() => acquireLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 })).toThrowError(
      expect.objectContaining({ code: 'BUSY', message: expect.stringContaining(`process ${child.pid}`) }));
    expect(() => acquireLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 })).toThrowError(/archive of March/u);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(withLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 }, () => 'mine')).toBe('mine');
  });

  it('is refused to another thread of the same process', async () => {
    const held = acquireLock(workspace.root, 'acts', { purpose: 'first' });
    const code = `import { parentPort } from 'node:worker_threads';
      import { acquireLock } from ${JSON.stringify(pathToFileURL(lockFile).href)};
      try { acquireLock(${JSON.stringify(workspace.root)}, 'acts', { purpose: 'second', waitMs: 0 }).release(); parentPort.postMessage('taken'); }
      catch (error) { parentPort.postMessage(error.code); }`;
    const ask = async (): Promise<unknown> => {
      const worker = new Worker(code, { eval: true, execArgv: ["--input-type=module"] });
      const [answer] = await once(worker, 'message');
      return answer;
    };
    expect(await ask()).toBe('BUSY');
    held.release();
    expect(await ask()).toBe('taken');
  });

  it('is a file that a group may share where the umask lets it', async () => {
    const before = process.umask(0o002);
    try {
      withLock(workspace.root, 'acts', { purpose: 'test' }, () => {
        expect(statSync(join(workspace.root, 'acts.lock')).mode & 0o777).toBe(0o664);
      });
    } finally {
      process.umask(before);
    }
  });

  it('is never taken on a file that this account may only read', async () => {
    withLock(workspace.root, 'acts', { purpose: 'test' }, () => undefined);
    chmodSync(join(workspace.root, 'acts.lock'), 0o444);
    chmodSync(workspace.root, 0o755);
    const code = `import { acquireLock } from ${JSON.stringify(pathToFileURL(lockFile).href)};
      if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
      try { acquireLock(${JSON.stringify(workspace.root)}, 'acts', { purpose: 'test', waitMs: 0 }); process.stdout.write('taken'); }
      catch (error) { process.stdout.write(error.code); }`;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [answer] = await once(child.stdout, 'data');
    expect(String(answer)).toBe('IO');
  });

  it.each([
    ['a full disk', 13, 'NO_SPACE'],
    ['a disk that cannot read', 10 | (1 << 8), 'IO'],
    ['a disk that cannot lock', 10 | (15 << 8), 'IO'],
    ['a file that cannot be opened', 14, 'IO'],
  ])('says what SQLite says of %s in the words of the contract, and holds nothing', (_name, errcode, code) => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(() => {
      throw Object.assign(new Error('disk trouble'), { code: 'ERR_SQLITE_ERROR', errcode });
    });
    try {
      expect(() => acquireLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 })).toThrowError(
        expect.objectContaining({ code, details: { path: join(workspace.root, 'acts.lock'), system: 'disk trouble' } }));
    } finally {
      exec.mockRestore();
    }
    expect(withLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 }, () => 1)).toBe(1);
  });

  it('is refused where a folder lies in its place', () => {
    mkdirSync(join(workspace.root, 'acts.lock'));
    expect(() => acquireLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 })).toThrowError(expect.objectContaining({ code: 'IO' }));
  });

  it('writes nothing but who holds it, so that it can be taken where the disk is full', () => {
    withLock(workspace.root, 'acts', { purpose: 'test' }, () => {
      expect(readdirSync(workspace.root).filter((name) => name.startsWith('acts')).sort()).toEqual(['acts.lock', 'acts.lock.owner.json']);
      expect(statSync(join(workspace.root, 'acts.lock')).size).toBe(0);
    });
  });

  it('is given back when the work throws', () => {
    expect(() => withLock(workspace.root, 'acts', { purpose: 'test' }, () => {
      throw new Error('work failed');
    })).toThrowError('work failed');
    expect(withLock(workspace.root, 'acts', { purpose: 'test', waitMs: 0 }, () => 1)).toBe(1);
  });
});
