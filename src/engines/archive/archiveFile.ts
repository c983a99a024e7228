/** Writes a zip or tar: sources are read once, hashed on the way, and recorded with what the format can't hold. */
import type { FileSystem, WorkSignal } from '#engines/storage';
import { dateOf, recordOf, splitTime } from './manifest.ts';
import { storableText, type NamedItem } from './names.ts';
import { FileOutput } from './output.ts';
import { Packer, type PackEntry } from './packer.ts';
import type { Meter } from './progress.ts';
import { ChunkedFile, lookAgain, readTarget, wholeLimit, WholeReader } from './source.ts';
import type { ArchivedFile, ArchiveFormat, Container, SourceItem } from './types.ts';

const nothing = Buffer.alloc(0);
/** What the formats can say: zip counts from 1980 (to 2043 in this library), the classic tar header 31 bits from 1970. */
export const zipEarliestMs = Date.UTC(1980, 0, 1);
export const zipLatestMs = Date.UTC(2043, 11, 31, 23, 59, 58);
const tarLatestMs = 0x7fff_ffff * 1000;

/** An extended header carries times that the classic one can't: fractions, before 1970, after 2038. */
function tarTime(ns: bigint): Readonly<Record<string, string>> | undefined {
  const { seconds, nanos } = splitTime(ns);
  if (nanos === 0n && seconds >= 0n && seconds <= 0x7fff_ffffn) return undefined;
  if (nanos === 0n) return { mtime: seconds.toString() };
  // The text is one decimal number: before 1970 the fraction counts away from zero.
  const [whole, fraction] = seconds < 0n ? [seconds + 1n, 1_000_000_000n - nanos] : [seconds, nanos];
  const sign = seconds < 0n && whole === 0n ? '-' : '';
  return { mtime: `${sign}${whole}.${fraction.toString().padStart(9, '0')}` };
}

function entryOf(item: SourceItem, stored: string, format: ArchiveFormat): PackEntry {
  const mode = item.mode & 0o7777;
  const type = item.kind === 'link' ? 'symlink' : item.kind;
  if (format === 'zip') return { name: stored, type, mode, date: dateOf(item.mtimeNs, zipEarliestMs, zipLatestMs) };
  const pax = tarTime(item.mtimeNs);
  return { name: stored, type, mode, date: dateOf(item.mtimeNs, 0, tarLatestMs), ...(pax ? { pax } : {}) };
}

export interface PackTask {
  readonly fs: FileSystem;
  readonly format: Exclude<ArchiveFormat, 'directory'>;
  readonly items: readonly NamedItem[];
  readonly meter: Meter;
  readonly signal: WorkSignal;
}

async function packOne({ fs, format, meter, signal }: PackTask, packer: Packer, whole: WholeReader, { item, stored }: NamedItem): Promise<ArchivedFile> {
  const entry = entryOf(item, stored, format);
  if (item.kind === 'directory') {
    lookAgain(fs, item);
    await packer.add(entry, nothing);
    return recordOf(item, { stored });
  }
  if (item.kind === 'link') {
    const target = readTarget(fs, item);
    const storedTarget = storableText(target);
    await packer.add({ ...entry, linkname: storedTarget }, nothing);
    return recordOf(item, { stored, target, storedTarget });
  }
  if (item.size <= wholeLimit) {
    const { bytes, sha256 } = whole.read(item);
    await packer.add(entry, bytes);
    meter.add(item.size);
    return recordOf(item, { stored, sha256 });
  }
  const source = new ChunkedFile(fs, item, signal);
  await packer.addChunks(entry, item.size, (reuse) => counted(source.chunks(reuse), meter));
  return recordOf(item, { stored, sha256: source.sha256 });
}

function* counted(chunks: Iterable<Buffer>, meter: Meter): Generator<Buffer, void, void> {
  for (const chunk of chunks) {
    yield chunk;
    meter.add(chunk.length);
  }
}

/** Writes all items into the open file; everything is handed to the system when this resolves, and not yet synced. */
export async function packInto(fd: number, path: string, task: PackTask): Promise<{ files: ArchivedFile[]; container: Container }> {
  const output = new FileOutput(task.fs, fd, path);
  const packer = new Packer(task.format, output);
  const whole = new WholeReader(task.fs, packer.copies);
  try {
    const files: ArchivedFile[] = [];
    for (const named of task.items) {
      task.meter.begin(named.item.name);
      files.push(await packOne(task, packer, whole, named));
      task.meter.end();
    }
    await packer.finish();
    return { files, container: output.container };
  } catch (error) {
    packer.abandon();
    throw error;
  }
}
