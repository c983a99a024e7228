/** The seam on the real file system of Node. */
import fs from 'node:fs';
import { isMissing } from './errors.ts';
import type { DirectoryEntry, FileKind, FileStat, FileSystem } from './fileSystem.ts';
import { nativePath, textFromBytes } from './pathText.ts';
import { survey } from './survey.ts';
import { canSyncFolders } from './writing.ts';

type KindSource = Pick<fs.Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

function kindOf(source: KindSource): FileKind {
  if (source.isFile()) return 'file';
  if (source.isDirectory()) return 'directory';
  return source.isSymbolicLink() ? 'link' : 'other';
}

const asStat = (stat: fs.BigIntStats): FileStat => ({
  kind: kindOf(stat as unknown as KindSource),
  size: Number(stat.size),
  mtimeNs: stat.mtimeNs,
  mode: Number(stat.mode) & 0o7777,
  ino: stat.ino,
  dev: stat.dev,
  nlink: Number(stat.nlink),
});

const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/**
 * Opening a pipe that lies in the place of a file must not wait for somebody at its other end. Plain files and folders know
 * no difference; Windows has no such pipes.
 */
const unwaiting: Readonly<Partial<Record<Parameters<FileSystem['open']>[1], number>>> =
  process.platform === 'win32' ? {} : { r: O_RDONLY | O_NONBLOCK, a: O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK };

/** Names with U+FFFD may hide bytes, and private-use characters may be taken for bytes: those folders are read as bytes. */
const suspicious = /[\ufffd\uf780-\uf7ff]/u;

function readdir(path: string): readonly DirectoryEntry[] {
  const native = nativePath(path);
  const entries = fs.readdirSync(native, { withFileTypes: true });
  if (!entries.some((entry) => suspicious.test(entry.name))) {
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }
  return fs.readdirSync(native, { withFileTypes: true, encoding: 'buffer' })
    .map((entry) => ({ name: textFromBytes(entry.name), kind: kindOf(entry) }));
}

const asText = (path: Buffer): string => textFromBytes(path);

/** Sets times to the nanosecond where a double allows it: seconds and fraction are passed as text through lutimes. */
function setTimes(path: string, mtimeNs: bigint): void {
  const seconds = Number(mtimeNs / 1_000_000_000n) + Number(mtimeNs % 1_000_000_000n) / 1e9;
  fs.lutimesSync(nativePath(path), seconds, seconds);
}

/** What {@link syncDirectory} does, without holding up others. */
async function syncSoon(path: string): Promise<void> {
  let folder: fs.promises.FileHandle;
  try {
    folder = await fs.promises.open(nativePath(path), 'r');
  } catch (error) {
    if (isMissing(error) || (process.platform === 'win32' && !canSyncFolders(error))) return;
    throw error;
  }
  try {
    await folder.sync();
  } catch (error) {
    if (process.platform !== 'win32' && canSyncFolders(error)) throw error;
  } finally {
    await folder.close();
  }
}

/** Rights of new files and folders are left to the umask or the folder's ACL, so that accounts can share a workspace. */
export const nodeFileSystem: FileSystem = {
  readdir,
  lstat: (path) => asStat(fs.lstatSync(nativePath(path), { bigint: true })),
  stat: (path) => asStat(fs.statSync(nativePath(path), { bigint: true })),
  realpath: (path) => asText(fs.realpathSync.native(nativePath(path), { encoding: 'buffer' })),
  readlink: (path) => asText(fs.readlinkSync(nativePath(path), { encoding: 'buffer' })),
  open: (path, flags, mode = 0o666) => fs.openSync(nativePath(path), unwaiting[flags] ?? flags, mode),
  close: (fd) => fs.closeSync(fd),
  fstat: (fd) => asStat(fs.fstatSync(fd, { bigint: true })),
  read: (fd, buffer, offset, length, position) => fs.readSync(fd, buffer, offset, length, position),
  write: (fd, buffer, offset, length) => fs.writeSync(fd, buffer, offset, length),
  fsync: (fd) => fs.fsyncSync(fd),
  ftruncate: (fd, length) => fs.ftruncateSync(fd, length),
  mkdir: (path, mode = 0o777) => void fs.mkdirSync(nativePath(path), mode),
  rename: (from, to) => fs.renameSync(nativePath(from), nativePath(to)),
  link: (from, to) => fs.linkSync(nativePath(from), nativePath(to)),
  symlink: (target, path) => fs.symlinkSync(nativePath(target), nativePath(path)),
  unlink: (path) => fs.unlinkSync(nativePath(path)),
  rmdir: (path) => fs.rmdirSync(nativePath(path)),
  chmod: (path, mode) => fs.chmodSync(nativePath(path), mode),
  keepOwner: (from, to) => {
    const [had, has] = [fs.statSync(nativePath(from)), fs.statSync(nativePath(to))];
    if (had.uid !== has.uid || had.gid !== has.gid) fs.chownSync(nativePath(to), had.uid, had.gid);
  },
  setTimes,
  freeBytes: (path) => {
    const stat = fs.statfsSync(nativePath(path), { bigint: true });
    return Number(stat.bavail * stat.bsize);
  },
  survey,
  syncDirectories: async (paths) => void await Promise.all(paths.map(syncSoon)),
};
