/** Path safety: a path from outside is resolved under a root and checked component by component. */
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { homedir } from 'node:os';
import { ConsoleError } from '#contract';
import { asConsoleError, isMissing, systemCode } from './errors.ts';
import type { FileSystem } from './fileSystem.ts';
import { displayName } from './pathText.ts';

/** True if `path` is `root` or lies below it, compared by components. Both must be absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Path relative to `root` with `/` as separator; `.` for the root itself. */
export function relativeTo(root: string, path: string): string {
  const way = relative(root, path);
  return way === '' ? '.' : way.split(sep).join('/');
}

/** Refuses what no file name can be, before the system sees it. */
export function checkPathText(path: string, field: string): string {
  const problem = path.trim() === '' ? 'is blank' : path.includes('\0') ? 'holds a NUL character' : Buffer.byteLength(path) > 4096 ? 'is longer than 4,096 bytes' : null;
  if (problem === null) return path;
  throw new ConsoleError('PATH_INVALID', `The path in "${field}" ${problem}. Nothing was changed.`, {
    remedy: `Give a path of at most 4,096 bytes in "${field}".`, details: { field },
  });
}

/** `~` and relative parts resolved against `from`; links are not looked at. */
export function absolutePath(path: string, from: string, field: string): string {
  checkPathText(path, field);
  const expanded = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  return resolve(from, normalize(expanded));
}

/**
 * The real place of `path` with links resolved in every component but the last, so that a link can be named itself.
 * Missing components are kept as they are.
 */
export function realParentPath(fs: FileSystem, path: string): string {
  const parent = resolve(path, '..');
  return parent === path ? path : join(realOrNearest(fs, parent), path.slice(parent.endsWith(sep) ? parent.length : parent.length + 1));
}

/** Like realpath, but for a path whose tail may not exist yet. */
export function realOrNearest(fs: FileSystem, path: string): string {
  try {
    return fs.realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const parent = resolve(path, '..');
    return parent === path ? path : join(realOrNearest(fs, parent), path.slice(parent.endsWith(sep) ? parent.length : parent.length + 1));
  }
}

/** Resolves `path` below `root`; refuses what leaves it, also through a link in a component before the last. */
export function resolveInside(fs: FileSystem, root: string, path: string, field: string): string {
  const absolute = absolutePath(path, root, field);
  const realRoot = realOrNearest(fs, root);
  const real = realParentPath(fs, absolute);
  if (isInside(realRoot, real)) return real;
  throw new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(path)}" lies outside ${displayName(root)}. Nothing was changed.`, {
    remedy: `Give a path below ${displayName(root)} in "${field}".`, details: { field, path: displayName(path) },
  });
}

const unusable: ReadonlySet<string> = new Set(['ELOOP', 'ENAMETOOLONG', 'EINVAL']);

/** A path that the system cannot even look at is the caller's mistake, not a fault of the disk. */
export function resolving<T>(path: string, field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === null || !unusable.has(code)) throw asConsoleError(error, 'look at', path);
    throw new ConsoleError('PATH_INVALID', `The path in "${field}" cannot be used (${code}). Nothing was changed.`, {
      remedy: `Give another path in "${field}".`, details: { field, path: displayName(path), system: code }, cause: error,
    });
  }
}
