/** Promise: no model, version or tag leads out of its folder, and every file of the registry has one known place. */
import { join, resolve } from 'node:path';
import { ConsoleError } from '#contract';
import { absolutePath, displayName, isInside, isMissing, realOrNearest, type EngineContext } from '#engines/storage';

export const defaults = {
  quality: 'var/models/quality',
  audit: 'audit/champion_promotions',
  diffs: 'audit/champion_diffs',
  sample: 'deploy/packaging/samples/var/models/quality',
} as const;

/** File names inside a model's folder. The first three belong to every program that trains or trades. */
export const fileNames = {
  champion: 'champion.json',
  challengers: 'challengers.json',
  latest: 'latest.json',
  pin: 'pin.json',
  history: 'history.json',
  /** A change that was begun; without the ending of a document, so that nobody takes it for a report. */
  intent: '.champion-change',
} as const;

/** Resolves a folder named in a request. A window may only name folders inside the workspace. */
export function folderOf(context: EngineContext, given: string | undefined, standard: string, field: string, confined = false): string {
  const path = absolutePath(given ?? standard, context.root, field);
  if (confined && !isInside(context.root, realOrNearest(context.fs, path))) {
    throw new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(given ?? standard)}" lies outside the workspace. Nothing was changed.`, {
      remedy: `Give a folder inside the workspace in "${field}".`, details: { field },
    });
  }
  return path;
}

/** What would lead out of a folder, or is not seen where it is shown: separators, control and format characters. */
const unsafe = /[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A name as it may be shown: what cannot be seen, or turns the writing around, as an escape. */
export const shownName = (name: string): string =>
  displayName(name).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const isPlain = (name: string): boolean => name !== '' && name.trim() === name && !unsafe.test(name) && !name.includes('..') && Buffer.byteLength(name) <= 200;

/** What can be a model: one plain name. */
export const isModelName = (name: string): boolean => isPlain(name) && !name.startsWith('.');

/** What can be the version of a champion. Others are listed as they stand in the files, and stay where they are. */
export const isVersionName = isPlain;

/** What can be a folder of the registry; whoever made it, it is read. */
export const isFolderName = (name: string): boolean => name !== '' && !name.startsWith('.') && !/[/\\\p{Cc}]/u.test(name);

export function checkModelName(name: string, field = 'model'): string {
  const trimmed = name.trim();
  if (isModelName(trimmed)) return trimmed;
  throw new ConsoleError('PATH_INVALID', `"${shownName(name)}" cannot be the name of a model. Nothing was changed.`, {
    remedy: 'A name is one word of at most 200 bytes, without slashes, "..", control or format characters, or a leading dot.', details: { field },
  });
}

export function checkVersion(version: string): string {
  const trimmed = version.trim();
  if (isVersionName(trimmed)) return trimmed;
  throw new ConsoleError('INPUT_INVALID', `"${shownName(version)}" cannot be the version of a champion. Nothing was changed.`, {
    remedy: 'A version is at most 200 bytes, without slashes, "..", control or format characters.', details: { field: 'version' },
  });
}

/** Names of models that somebody asked for, each checked and once; blank ones do not count. */
export const askedNames = (names: readonly string[], field = 'model'): readonly string[] =>
  [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))].map((name) => checkModelName(name, field));

export function checkTag(tag: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(tag)) return tag;
  throw new ConsoleError('PATH_INVALID', `"${shownName(tag)}" cannot be a tag. Nothing was changed.`, {
    remedy: 'Use letters, digits, dots, hyphens and underscores, at most 64.', details: { field: 'tag' },
  });
}

/** A version as part of a folder's name; the version itself stands in the record. */
export const versionInName = (version: string): string => version.replaceAll(/[^\p{L}\p{N}._+-]/gu, '_').slice(0, 60);

/** The model's folder, proven to be a folder and no way out. */
export function modelFolder(context: EngineContext, quality: string, model: string): string {
  const path = join(resolve(quality), checkModelName(model));
  try {
    if (context.fs.lstat(path).kind === 'directory') return path;
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
  throw new ConsoleError('PATH_OUTSIDE_ROOT', `${displayName(path)} is no folder, or a link to one. Nothing was changed.`, {
    remedy: 'Models are folders inside the quality folder.', details: { field: 'model', path: displayName(path) },
  });
}
