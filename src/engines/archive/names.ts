/**
 * Names: of staged files, and of entries in formats that can't hold every name.
 *
 * A staged name starts with a dot, ends in `.partial` and carries the token of the work that made it, so that recovery
 * finds what a crash left and knows whose it is. Entry names come out unique, free of `..`, and in plain UTF-8.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ConsoleError } from '#contract';
import { displayName, nativePath } from '#engines/storage';
import type { ArchiveFormat, SourceItem } from './types.ts';

/** Bytes that a file system gives to one name. */
const nameLimit = 255;

const bytesOf = (name: string): number => Buffer.byteLength(nativePath(name));

/** True for a name that no file system takes. */
export const isNameTooLong = (name: string): boolean => bytesOf(name) > nameLimit;

export interface StagedNames {
  readonly archive: string;
  readonly manifest: string;
}

const tokenForm = /^[a-z0-9][a-z0-9-]{5,63}$/u;
const stagedForm = /^\.(.+)\.([a-z0-9][a-z0-9-]{5,63})(\.manifest)?\.partial$/u;

/** The longest beginning of `text` with at most `bytes` bytes, never half a character. */
function cutToBytes(text: string, bytes: number): string {
  let used = 0;
  let out = '';
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    out += character;
  }
  return out;
}

/** Base names of what is staged for an archive called `name`. A very long name is cut; the token keeps it unique. */
export function stagedNames(name: string, token: string): StagedNames {
  if (!tokenForm.test(token)) {
    throw new ConsoleError('INTERNAL', `The token "${token}" of an archive has not the form of an id.`, { details: { field: 'token' } });
  }
  const tail = `.${token}.manifest.partial`;
  const stem = cutToBytes(name, nameLimit - 1 - Buffer.byteLength(tail));
  return { archive: `.${stem}.${token}.partial`, manifest: `.${stem}${tail}` };
}

/** The parts of a staged base name, or null for any other name. */
export function parseStagedName(name: string): { readonly stem: string; readonly token: string; readonly manifest: boolean } | null {
  const match = stagedForm.exec(name);
  if (!match?.[1] || !match[2]) return null;
  return { stem: match[1], token: match[2], manifest: match[3] !== undefined };
}

export const isStagedName = (name: string): boolean => parseStagedName(name) !== null;

const manifestEnding = '.manifest.json';

/** Where the archive's name leaves no room for the ending it is cut, and a digest of the whole keeps it apart from others. */
export function manifestPathOf(archivePath: string): string {
  const name = basename(archivePath);
  if (bytesOf(name) + manifestEnding.length <= nameLimit) return `${archivePath}${manifestEnding}`;
  const ending = `~${createHash('sha256').update(name).digest('hex').slice(0, 12)}${manifestEnding}`;
  return join(dirname(archivePath), `${cutToBytes(name, nameLimit - ending.length)}${ending}`);
}

export interface StagedPaths {
  readonly destination: string;
  readonly manifestDestination: string;
  readonly archivePath: string;
  readonly manifestPath: string;
}

export function stagedPaths(destination: string, token: string): StagedPaths {
  const directory = dirname(destination);
  const names = stagedNames(basename(destination), token);
  return {
    destination,
    manifestDestination: manifestPathOf(destination),
    archivePath: join(directory, names.archive),
    manifestPath: join(directory, names.manifest),
  };
}

/** Bytes that are no UTF-8 (as private-use characters), `\`, control characters, and halves of surrogate pairs. */
const unstorable = /[\uf780-\uf7ff\\]|\p{Cc}|\p{Surrogate}/gu;

function percent(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16)}`;
  const byte = code >= 0xf780 && code <= 0xf7ff ? code - 0xf700 : code;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Text that zip and tar hold without change. */
export const storableText = (text: string): string => text.replaceAll(unstorable, percent);

/** The packer takes `word:` at the beginning of a name for a drive letter and drops it. */
const storableName = (name: string): string => storableText(name).replace(/^(\w+):/u, '$1%3A');

function refuse(name: string, why: string): never {
  throw new ConsoleError('PATH_INVALID', `The name ${displayName(name)} can't be archived: ${why}. Nothing was written.`, {
    remedy: 'Rename it, or leave it out.', details: { path: displayName(name) },
  });
}

/** Throws PATH_INVALID for names that would leave the archive's folder, clash, or not hang together. */
function checkNames(items: readonly SourceItem[]): void {
  const root = items[0]?.name.split('/', 1)[0];
  const kinds = new Map<string, SourceItem['kind']>();
  for (const { name, kind } of items) {
    const segments = name.split('/');
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) refuse(name, 'a part of it is empty or made of dots');
    if (segments[0] !== root) refuse(name, 'it is not under the same first folder as the others');
    if (kinds.has(name)) refuse(name, 'it is there twice');
    kinds.set(name, kind);
  }
  for (const name of kinds.keys()) {
    for (let cut = name.lastIndexOf('/'); cut > 0; cut = name.lastIndexOf('/', cut - 1)) {
      const above = kinds.get(name.slice(0, cut));
      if (above !== undefined && above !== 'directory') refuse(name, 'something above it is no folder');
    }
  }
}

export interface NamedItem {
  readonly item: SourceItem;
  /** How the format spells the name; equal to the item's name wherever possible. */
  readonly stored: string;
}

/** Items in the order of their names, each with its spelling in this format. The directory format holds every name. */
export function namedItems(items: readonly SourceItem[], format: ArchiveFormat): readonly NamedItem[] {
  checkNames(items);
  const sorted = [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (format === 'directory') return sorted.map((item) => ({ item, stored: item.name }));
  // Names that need no change keep theirs; only changed ones give way.
  const taken = new Set(sorted.map((item) => item.name).filter((name) => storableName(name) === name));
  return sorted.map((item) => {
    const wanted = storableName(item.name);
    if (wanted === item.name) return { item, stored: wanted };
    let stored = wanted;
    for (let n = 2; taken.has(stored); n += 1) stored = `${wanted}~${n}`;
    taken.add(stored);
    return { item, stored };
  });
}
