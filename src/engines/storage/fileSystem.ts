/**
 * The seam over the file system: every engine reads and writes through this interface, so that a test can make the
 * n-th call fail, write short, or end the process there.
 *
 * All calls are synchronous: in a worker thread they are several times faster than the asynchronous ones, and they keep
 * the order of effects plain. Paths are text; bytes of a name that are no UTF-8 travel as private-use characters, see
 * `pathText.ts`. Errors are Node's own (`code` is `ENOENT`, `EIO`, …).
 */
export type FileKind = 'file' | 'directory' | 'link' | 'other';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** Times are nanoseconds since the epoch; `ino` and `dev` do not fit a double. */
export interface FileStat {
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly mode: number;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly nlink: number;
}

/** Places that helpers look at while the caller does something else. */
export interface Survey {
  /** Lets helpers look at the places before `count`. */
  reach(count: number): void;
  /** True where a helper has been; does not wait. */
  ready(place: number): boolean;
  /** What a helper saw, after waiting for one that is just there; null where the caller has to look itself. */
  seen(place: number): FileStat | null;
}

export interface FileSystem {
  readdir(path: string): readonly DirectoryEntry[];
  /** The thing itself; a link is not followed. */
  lstat(path: string): FileStat;
  /** What a link leads to. */
  stat(path: string): FileStat;
  realpath(path: string): string;
  readlink(path: string): string;
  open(path: string, flags: 'r' | 'r+' | 'a' | 'wx', mode?: number): number;
  close(fd: number): void;
  fstat(fd: number): FileStat;
  /** Bytes read; may be fewer than asked, 0 at the end. */
  read(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number;
  /** Bytes written; may be fewer than asked. Callers loop, see `writeFully`. */
  write(fd: number, buffer: Uint8Array, offset: number, length: number): number;
  fsync(fd: number): void;
  ftruncate(fd: number, length: number): void;
  mkdir(path: string, mode?: number): void;
  rename(from: string, to: string): void;
  /** A second name for a file; fails with EEXIST when `to` exists: the way to put something without overwriting. */
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  chmod(path: string, mode: number): void;
  /** Gives `to` the owner and group of `from`; fails where this user may not. */
  keepOwner(from: string, to: string): void;
  /** Sets access and modification time of the thing itself, links included. */
  setTimes(path: string, mtimeNs: bigint): void;
  /** Bytes that this user may still write on the volume of `path`. */
  freeBytes(path: string): number;
  /**
   * Begins to look at many places at once, links not followed; helpers go from the given end and not beyond `reach`.
   * Null where it would not be quicker. Absent where each call has to be seen in its turn.
   */
  readonly survey?: (paths: readonly string[], from: 'start' | 'end', reach: number) => Survey | null;
  /**
   * Makes names that came to or went from these folders durable, several folders at a time, because each waits for the
   * device. Missing ones are let pass. Absent where each call has to be seen in its turn.
   */
  readonly syncDirectories?: (paths: readonly string[]) => Promise<void>;
}
