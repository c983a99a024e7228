/**
 * Proves that an archive on disk holds exactly what its manifest says: it is read again from the disk as an unpacker
 * reads it, and every entry's kind, size, SHA-256 or link target is compared. For file formats the size and CRC-32 of
 * the whole file are compared as well, which covers every byte between the entries.
 */
import { asConsoleError, type EngineContext, type FileSystem, type WorkSignal } from '#engines/storage';
import { Checklist } from './checklist.ts';
import { fileRange, Measure } from './output.ts';
import { Meter } from './progress.ts';
import { verifyFolder } from './verifyFolder.ts';
import { verifyTar } from './verifyTar.ts';
import { verifyZip } from './verifyZip.ts';
import type { ArchiveFormat, ArchiveManifest } from './types.ts';

function checkContainer(fs: FileSystem, fd: number, manifest: ArchiveManifest, list: Checklist): number {
  const expected = manifest.container;
  if (!expected) throw list.fail(null, 'the manifest does not say how large it is');
  const size = fs.fstat(fd).size;
  if (size !== expected.size) throw list.fail(null, `the file has ${size} bytes and should have ${expected.size}`);
  return size;
}

/**
 * The checksum of the whole file, of which a first part may have been measured while its entries were read; last, since
 * the entries name the place of a damage better.
 */
function checkChecksum(fs: FileSystem, fd: number, manifest: ArchiveManifest, list: Checklist, measure: Measure, signal: WorkSignal): void {
  for (const chunk of fileRange(fs, fd, measure.size, Number.MAX_SAFE_INTEGER, signal, true)) measure.take(chunk);
  const found = measure.container;
  if (found.size !== manifest.container?.size || found.crc32 !== manifest.container.crc32) {
    throw list.fail(null, 'a part between the entries differs (CRC-32 of the file)');
  }
}

/** Throws INTEGRITY naming the entry; IO when the archive can't be read at all. */
export async function verifyArchive(
  context: EngineContext, path: string, format: ArchiveFormat, manifest: ArchiveManifest, signal: WorkSignal,
): Promise<void> {
  const { fs } = context;
  const list = new Checklist(path, manifest);
  if (format !== manifest.format) throw list.fail(null, `it is a ${format} and should be a ${manifest.format}`);
  const meter = new Meter(signal, 'verify', manifest.files.length, manifest.totals.bytes);
  try {
    if (format === 'directory') {
      verifyFolder(fs, path, manifest, list, meter, signal);
    } else {
      const kind = fs.lstat(path).kind;
      if (kind !== 'file') throw list.fail(null, `it is a ${kind === 'other' ? 'special file' : kind} and should be a file`);
      const fd = fs.open(path, 'r');
      try {
        const size = checkContainer(fs, fd, manifest, list);
        const measure = new Measure();
        const check = { fs, fd, size, list, meter, signal, measure };
        await (format === 'zip' ? verifyZip(check) : verifyTar({ ...check, gzip: format === 'tar.gz' }));
        list.finish();
        checkChecksum(fs, fd, manifest, list, measure, signal);
      } finally {
        fs.close(fd);
      }
    }
    list.finish();
  } catch (error) {
    throw asConsoleError(error, 'verify', path);
  }
}
