/** How much space an archive may need at most, asked before the first byte is written. */
import { ConsoleError } from '#contract';
import { asConsoleError, displayName, type FileSystem } from '#engines/storage';
import type { ArchiveFormat, SourceItem } from './types.ts';

type Sized = Pick<SourceItem, 'name' | 'kind' | 'size'>;

const block = 4096;
const roundUp = (size: number, unit: number): number => Math.ceil(size / unit) * unit;

/** Data that can't be compressed grows by a few bytes for each block of the compressor. */
const deflated = (size: number): number => size + Math.ceil(size / 16_000) * 5 + 64;

function entryBytes(item: Sized, format: ArchiveFormat): number {
  const content = item.kind === 'file' ? item.size : 0;
  const name = Buffer.byteLength(item.name);
  if (format === 'directory') return item.kind === 'file' ? roundUp(content, block) : block;
  if (format === 'zip') return deflated(content) + 2 * name + 160;
  // Two headers and the extended one with name and time, content in whole blocks of 512.
  const tar = 3 * 512 + roundUp(name + 512, 512) + roundUp(content, 512);
  return format === 'tar' ? tar : deflated(tar);
}

/** An upper bound, the manifest included. Links are counted with a long target. */
export function estimateBytes(items: readonly Sized[], format: ArchiveFormat): number {
  let bytes = 2 * block;
  for (const item of items) bytes += entryBytes(item, format) + Buffer.byteLength(item.name) + 320 + (item.kind === 'link' ? 4 * item.size : 0);
  return bytes;
}

/** Throws NO_SPACE when the volume of `directory` may not take what is asked. */
export function requireSpace(fs: FileSystem, directory: string, needed: number): void {
  let free: number;
  try {
    free = fs.freeBytes(directory);
  } catch (error) {
    throw asConsoleError(error, 'ask for the free space of', directory);
  }
  if (free >= needed) return;
  throw new ConsoleError('NO_SPACE', `The archive may need ${needed} bytes, and ${displayName(directory)} has ${free} bytes free. Nothing was written.`, {
    remedy: 'Free space on this volume, or choose another destination.',
    details: { path: displayName(directory), needed_bytes: needed, free_bytes: free },
  });
}
