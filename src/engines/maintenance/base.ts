/**
 * Which folder is meant, and what in it is out of bounds: a window stays inside the workspace, and nobody removes or
 * writes into what the console itself needs to prove its work.
 */
import { join, resolve, sep } from 'node:path';
import { ConsoleError, note, noteText, type ConsoleConfig, type Note } from '#contract';
import { absolutePath, checkPathText, displayName, isInside, realOrNearest, realParentPath, resolving, type EngineContext } from '#engines/storage';
import { aliasesOf, hiddenTrash, isAtOrBelow, layout, protectionOf } from '#engines/workspace';

/** Folders and files of the console itself, relative to the workspace. */
const ownPlaces = [
  layout.plans, layout.trash, 'var/console', layout.journal, layout.maintenanceLogs, layout.policy, layout.reportCenterLog,
] as const;

export const ownRule = 'console';

type Place = Pick<EngineContext, 'root' | 'fs'>;

/** The own places of a workspace, absolute; kept because every item of a plan is compared with them. */
const absolutePlaces = new Map<string, readonly string[]>();

/** Each by its name, and where a link leads away from it, by its real path too. To be done anew for each plan. */
function resolvePlaces(context: Place): readonly string[] {
  const aliases = aliasesOf(context, ownPlaces);
  const places = new Set(ownPlaces.flatMap((place) => [
    join(context.root, place),
    ...aliases.filter(({ name }) => isAtOrBelow(place, name)).map(({ name, real }) => join(real, place.slice(name.length))),
  ]));
  absolutePlaces.set(context.root, [...places]);
  return [...places];
}

const placesOf = (context: Place): readonly string[] => absolutePlaces.get(context.root) ?? resolvePlaces(context);

const hidden = `${sep}${hiddenTrash}`;

/** A trash on another volume lies wherever that volume is. */
const isInHiddenTrash = (path: string): boolean => path.endsWith(hidden) || path.includes(`${hidden}${sep}`);

/** True for a path that is, lies in, or holds something of the console itself. */
export const touchesConsole = (context: Place, path: string): boolean =>
  isInHiddenTrash(path) || placesOf(context).some((own) => isAtOrBelow(path, own) || isAtOrBelow(own, path));

export const isOwnPlace = (context: Place, path: string): boolean =>
  isInHiddenTrash(path) || placesOf(context).some((own) => isAtOrBelow(path, own));

export interface Protection {
  readonly rule: string;
  readonly reason: string;
  readonly notes: Note[];
}

export const protectionOfNote = (rule: string, told: Note): Protection => ({ rule, reason: noteText(told), notes: [told] });

/** Why a path must stay, or null. */
export function protectionFor(context: Place, config: ConsoleConfig, path: string): Protection | null {
  if (isOwnPlace(context, path)) return protectionOfNote(ownRule, note('protected_console'));
  if (config.protected_paths.length === 0) return null;
  const rule = protectionOf(context, config, path);
  return rule === null ? null : protectionOfNote(rule, note('protected_rule', { rule }));
}

export function outside(path: string, root: string, field: string): ConsoleError {
  return new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(path)}" lies outside ${displayName(root)}. Nothing was changed.`, {
    remedy: `Give a path below ${displayName(root)} in "${field}".`, details: { field, path: displayName(path) },
  });
}

/** The real place of a folder named in a request. Relative ones start at the workspace. */
export function folderFrom(context: EngineContext, given: string | undefined, standard: string, field: string, confined: boolean): string {
  resolvePlaces(context);
  const wanted = absolutePath(given ?? standard, context.root, field);
  const real = resolving(wanted, field, () => realOrNearest(context.fs, wanted));
  if (confined && !isInside(context.root, real)) throw outside(wanted, context.root, field);
  return real;
}

/**
 * The thing itself below `base`: links are resolved on the way to it, but it is not followed when it is one. `~` has
 * no meaning here. Neither the base itself nor anything outside of it.
 */
export function thingBelow(context: EngineContext, base: string, given: string, field: string): string {
  const path = checkPathText(given, field).trim();
  const real = resolving(path, field, () => realParentPath(context.fs, resolve(base, path)));
  if (!isInside(base, real)) throw outside(path, base, field);
  if (real !== base) return real;
  throw new ConsoleError('PATH_INVALID', `"${displayName(path)}" is the reports folder itself. Nothing was changed.`, {
    remedy: `Give a path below ${displayName(base)} in "${field}".`, details: { field, path: displayName(path) },
  });
}
