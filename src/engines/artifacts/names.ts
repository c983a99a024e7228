/** Promise: no name or file reference, whoever wrote it, leads out of the folder that it belongs to. */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import { displayName, isInside, isMissing, realOrNearest, type EngineContext } from '#engines/storage';

export const modelsFolder = 'models';
export const bundlesFolder = 'audit/ai_decision/models';

const goodName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u;
/** Windows opens devices under these names, whatever follows the dot. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/** For names that the console gives: letters, digits, dot, underscore, hyphen; nothing that climbs. */
export function checkName(name: string, field: string): string {
  if (goodName.test(name) && !name.includes('..') && !name.endsWith('.') && !deviceName.test(name)) return name;
  throw new ConsoleError('PATH_INVALID', `"${displayName(name)}" cannot be used as "${field}". Nothing was changed.`, {
    remedy: 'Use letters, digits, ".", "_" and "-", starting with a letter or digit, without "..".', details: { field, name: displayName(name) },
  });
}

const reserved = (name: string, field: string): ConsoleError => new ConsoleError('PATH_INVALID', `"${name}" has a meaning of its own and cannot be used as "${field}". Nothing was changed.`, {
  remedy: 'Choose another name.', details: { field, name },
});

/** `latest` is the alias that publishing moves, and `active` stands for whichever version is active. */
export function checkVersionName(version: string): string {
  if (['latest', 'active'].includes(version.toLowerCase())) throw reserved(version, 'version');
  return checkName(version, 'version');
}

export function checkAliasName(alias: string): string {
  if (alias.toLowerCase() === 'active') throw reserved(alias, 'alias');
  return checkName(alias, 'alias');
}

const outside = (reference: string, why: string): ConsoleError =>
  new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(reference)}" ${why}. Nothing was changed.`, {
    remedy: 'Correct the reference; artifacts lie in the folder of their model.', details: { field: 'ref', path: displayName(reference) },
  });

/** The path of a file that a manifest or a person names, relative to `base`; links that lead out are refused too. */
export function fileInside(context: Pick<EngineContext, 'fs'>, base: string, reference: string): string {
  if (reference.trim() === '' || reference.includes('\0') || /^[/\\]|^[A-Za-z]:|\\/u.test(reference) || reference.split('/').includes('..')) {
    throw outside(reference, 'leaves the folder of the model');
  }
  const path = join(base, reference);
  const real = realOrNearest(context.fs, path);
  if (!isInside(realOrNearest(context.fs, base), real)) throw outside(reference, 'is a link that leads out of the folder of the model');
  return path;
}

export function isDirectory(context: Pick<EngineContext, 'fs'>, path: string): boolean {
  try {
    return context.fs.stat(path).kind === 'directory';
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const parts = (version: string): readonly string[] => version.match(/\d+|\D+/gu) ?? [];

/** Numbers inside a version count as numbers: v9 comes before v10. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [x, y] = [a[at], b[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const numeric = /^\d/u.test(x) && /^\d/u.test(y);
    const order = numeric ? (BigInt(x) < BigInt(y) ? -1 : BigInt(x) > BigInt(y) ? 1 : 0) : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) return order;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
