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

const unsafe = /[/\\\p{Cc}]/u;

/** What can be a model: one plain name. */
export const isModelName = (name: string): boolean =>
  name.trim() === name && name !== '' && !name.startsWith('.') && !unsafe.test(name) && Buffer.byteLength(name) <= 200;

export function checkModelName(name: string, field = 'model'): string {
  const trimmed = name.trim();
  if (isModelName(trimmed)) return trimmed;
  throw new ConsoleError('PATH_INVALID', `"${displayName(name)}" cannot be the name of a model. Nothing was changed.`, {
    remedy: 'A name is one word of at most 200 bytes, without slashes, control characters or a leading dot.', details: { field },
  });
}

export function checkTag(tag: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(tag)) return tag;
  throw new ConsoleError('PATH_INVALID', `"${displayName(tag)}" cannot be a tag. Nothing was changed.`, {
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
