import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInside, nodeFileSystem, resolveInside } from '#engines/storage';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
beforeEach(() => {
  workspace = testWorkspace();
  workspace.put('base/a/file.txt', 'x');
  workspace.put('outside/secret.txt', 's');
  workspace.put('base_old/file.txt', 'x');
  symlinkSync('../outside', join(workspace.root, 'base/way-out'));
  symlinkSync('a', join(workspace.root, 'base/way-in'));
  mkdirSync(join(workspace.root, 'base/…'), { recursive: true });
});
afterEach(() => workspace.remove());

const attempt = (path: string): string => resolveInside(nodeFileSystem, join(workspace.root, 'base'), path, 'path');

describe('a path from outside', () => {
  it.each([
    ['..', 'PATH_OUTSIDE_ROOT'], ['../outside/secret.txt', 'PATH_OUTSIDE_ROOT'], ['a/../../outside', 'PATH_OUTSIDE_ROOT'],
    ['../base_old/file.txt', 'PATH_OUTSIDE_ROOT'], ['/etc/passwd', 'PATH_OUTSIDE_ROOT'], ['way-out/secret.txt', 'PATH_OUTSIDE_ROOT'],
    ['way-out/new/deeper', 'PATH_OUTSIDE_ROOT'], ['~/x', 'PATH_OUTSIDE_ROOT'], ['', 'PATH_INVALID'], ['   ', 'PATH_INVALID'],
    ['a\0b', 'PATH_INVALID'], ['x'.repeat(5000), 'PATH_INVALID'],
  ])('%j is refused with %s', (path, code) => {
    expect(() => attempt(path)).toThrowError(expect.objectContaining({ code }));
  });

  it.each(['a/file.txt', 'a/../a/file.txt', 'not/there/yet', './a', '…', 'a//file.txt'])('%j is taken', (path) => {
    expect(isInside(join(workspace.root, 'base'), attempt(path))).toBe(true);
  });

  it('names a link itself, not what it leads to', () => {
    expect(attempt('way-out')).toBe(join(workspace.root, 'base/way-out'));
    expect(attempt('way-in/file.txt')).toBe(join(workspace.root, 'base/a/file.txt'));
  });
});
