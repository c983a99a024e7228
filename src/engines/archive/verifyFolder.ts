/** Verifies the directory format: walks the copy without following links and reads every file again. */
import { createHash, hash } from 'node:crypto';
import { displayName, type FileSystem, type WorkSignal } from '#engines/storage';
import type { Checklist } from './checklist.ts';
import { placeOf } from './folder.ts';
import { fileRange } from './output.ts';
import type { Meter } from './progress.ts';
import { wholeLimit } from './source.ts';
import type { ArchivedFile, ArchiveManifest } from './types.ts';

interface FolderCheck {
  readonly fs: FileSystem;
  readonly root: string;
  readonly list: Checklist;
  readonly meter: Meter;
  readonly signal: WorkSignal;
  /** Names above an entry that are no entries themselves. */
  readonly ways: ReadonlySet<string>;
}

function waysOf(manifest: ArchiveManifest): ReadonlySet<string> {
  const names = new Set(manifest.files.map((file) => file.name));
  const ways = new Set<string>();
  for (const { name } of manifest.files) {
    for (let cut = name.lastIndexOf('/'); cut > 0; cut = name.lastIndexOf('/', cut - 1)) {
      const above = name.slice(0, cut);
      if (!names.has(above)) ways.add(above);
    }
  }
  return ways;
}

/** Size and SHA-256 of an open file; small ones in one call. */
function digestOf(fs: FileSystem, fd: number, expected: number, meter: Meter, signal: WorkSignal): { size: number; sha256: string } {
  if (expected < wholeLimit) {
    const buffer = Buffer.allocUnsafe(expected + 1);
    const size = fs.read(fd, buffer, 0, buffer.length, 0);
    if (size === expected) {
      meter.add(size);
      return { size, sha256: hash('sha256', buffer.subarray(0, size), 'hex') };
    }
  }
  const digest = createHash('sha256');
  let size = 0;
  for (const chunk of fileRange(fs, fd, 0, Number.MAX_SAFE_INTEGER, signal, true)) {
    digest.update(chunk);
    size += chunk.length;
    meter.add(chunk.length);
  }
  return { size, sha256: digest.digest('hex') };
}

function checkFile({ fs, list, meter, signal }: FolderCheck, path: string, file: ArchivedFile): void {
  const fd = fs.open(path, 'r');
  try {
    const { size, sha256 } = digestOf(fs, fd, file.size, meter, signal);
    list.checkContent(file, size, sha256);
  } finally {
    fs.close(fd);
  }
}

function visit(check: FolderCheck, name: string): void {
  const { fs, list, meter } = check;
  const path = placeOf(check.root, name);
  const { kind } = fs.lstat(path);
  if (kind === 'other') throw list.fail(name, 'it is neither file, folder nor link');
  meter.begin(name);
  if (kind === 'directory') {
    if (!check.ways.has(name)) list.meet(name, kind);
    for (const entry of fs.readdir(path)) visit(check, `${name}/${entry.name}`);
  } else {
    const file = list.meet(name, kind);
    if (kind === 'link') list.checkTarget(file, fs.readlink(path));
    else checkFile(check, path, file);
  }
  meter.end();
}

export function verifyFolder(
  fs: FileSystem, root: string, manifest: ArchiveManifest, list: Checklist, meter: Meter, signal: WorkSignal,
): void {
  const name = manifest.files[0]?.name.split('/', 1)[0];
  if (name === undefined) throw list.fail(null, `the manifest of ${displayName(root)} names no entry`);
  visit({ fs, root, list, meter, signal, ways: waysOf(manifest) }, name);
}
