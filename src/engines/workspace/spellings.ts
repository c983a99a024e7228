/**
 * A place may have two names: the one in the layout or in a rule, and the one that links lead to. Paths of plans are real
 * ones, rules are written as people see the workspace, so both are compared.
 */
import { join, sep } from 'node:path';
import { realOrNearest, relativeTo, systemCode, type EngineContext } from '#engines/storage';
import { layout } from './layout.ts';

type Place = Pick<EngineContext, 'root' | 'fs'>;

/** A place of the workspace that a link leads away from. */
export interface Alias {
  /** Relative to the workspace. */
  readonly name: string;
  readonly real: string;
}

/** For paths that are normal already: by text, which is many times faster than by components. */
export const isAtOrBelow = (path: string, above: string): boolean => path.startsWith(above) && (path.length === above.length || path[above.length] === sep);

/** The place and every folder above it, relative to the workspace. */
const withFoldersAbove = (name: string): readonly string[] => name.split('/').map((_part, at, parts) => parts.slice(0, at + 1).join('/'));

/** The real path, or null where the system has none to give: a loop of links leads to nothing that could be removed. */
function realOf({ root, fs }: Place, name: string): string | null {
  try {
    return realOrNearest(fs, join(root, name));
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** Of the places in the layout and the names given, those that lie elsewhere than they say. Usually none. */
export function aliasesOf(place: Place, names: readonly string[] = []): readonly Alias[] {
  const all = new Set([...Object.values(layout), ...names].filter((name) => name !== '').flatMap(withFoldersAbove));
  return [...all].flatMap((name) => {
    const real = realOf(place, name);
    return real === null || real === join(place.root, name) ? [] : [{ name, real }];
  });
}

/** Every name of an absolute path, relative to the workspace; the first may lead out of it. */
export function namesOf({ root }: Pick<Place, 'root'>, aliases: readonly Alias[], path: string): readonly string[] {
  const first = relativeTo(root, path);
  if (aliases.length === 0) return [first];
  return [first, ...aliases.filter(({ real }) => isAtOrBelow(path, real)).map(({ name, real }) => (path === real ? name : `${name}/${relativeTo(real, path)}`))];
}
