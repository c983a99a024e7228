/**
 * A file system that fails where a test asks it to: the n-th call throws a system error, writes short, or is the moment
 * at which the process dies. What it promises: calls before the fault reach the real file system unchanged, the call of
 * the fault has no effect (unless `late` is set), and after a crash nothing reaches it at all, so that the disk
 * stays exactly as a killed process would have left it.
 */
import type { FileSystem } from '#engines/storage';

export type CallName = keyof FileSystem;

export interface Call {
  readonly name: CallName;
  /** The path, or for calls on a descriptor the path that it was opened with. */
  readonly path: string;
  /** True for calls that change the disk or make a change durable. */
  readonly mutating: boolean;
}

/**
 * - a system code (`EIO`, `ENOSPC`, `EPERM`, `EBUSY`, …): thrown once, or on every later counted call too with `sticky`
 * - `short`: only half of the bytes of the n-th write are written, and the count says so; not an error
 * - `crash`: the call and all later ones throw {@link SimulatedCrash}
 */
export type FaultKind = 'short' | 'crash' | Uppercase<string>;

export interface Fault {
  /** Which counted call, from 1. */
  readonly at: number;
  readonly kind: FaultKind;
  readonly sticky?: boolean;
  /** The call takes effect, and fails all the same (a lost answer, or a crash just after it). */
  readonly late?: boolean;
  /** What is counted; default: mutating calls, for `short` only writes. */
  readonly counts?: (call: Call) => boolean;
}

export class SimulatedCrash extends Error {
  constructor(call: Call) {
    super(`the process was killed at ${call.name} ${call.path}`);
    this.name = 'SimulatedCrash';
  }
}

export interface FaultyFileSystem {
  readonly fs: FileSystem;
  /** All counted calls so far. */
  readonly counted: readonly Call[];
  /** True once the fault was met. A loop over n ends when a run was not hit. */
  readonly fired: boolean;
  /** Closes descriptors that a crash left open in the test process. */
  release(): void;
}

/** `close` is left out: by then the data is written, and a failing test must not leak descriptors. */
const mutatingCalls: ReadonlySet<CallName> = new Set<CallName>([
  'write', 'fsync', 'ftruncate', 'mkdir', 'rename', 'link', 'symlink', 'unlink', 'rmdir', 'chmod', 'setTimes',
]);

export const systemError = (code: string, call: Call): Error =>
  Object.assign(new Error(`${code}: injected at ${call.name} ${call.path}`), { code, syscall: call.name, path: call.path });

class Injector {
  readonly counted: Call[] = [];
  readonly open = new Map<number, string>();
  fired = false;
  crashed = false;
  private readonly fault: Fault | null;

  constructor(fault: Fault | null) {
    this.fault = fault;
  }

  private counts(call: Call): boolean {
    if (this.fault?.counts) return this.fault.counts(call);
    return this.fault?.kind === 'short' ? call.name === 'write' : call.mutating;
  }

  /** Counts the call; true when the fault strikes here. */
  private strikes(call: Call): boolean {
    if (!this.counts(call)) return false;
    this.counted.push(call);
    const fault = this.fault;
    if (!fault) return false;
    const hit = this.counted.length === fault.at || (fault.sticky === true && this.counted.length > fault.at);
    this.fired ||= hit;
    return hit;
  }

  run<T>(call: Call, act: () => T, short: (() => T) | null = null): T {
    if (this.crashed) throw new SimulatedCrash(call);
    if (!this.strikes(call) || !this.fault) return act();
    if (this.fault.kind === 'short') return short ? short() : act();
    if (this.fault.late) act();
    if (this.fault.kind !== 'crash') throw systemError(this.fault.kind, call);
    this.crashed = true;
    throw new SimulatedCrash(call);
  }
}

/** Wraps `inner`; without a fault it only counts. */
export function faultyFileSystem(inner: FileSystem, fault: Fault | null = null): FaultyFileSystem {
  const injector = new Injector(fault);
  return {
    fs: wrap(inner, injector),
    get counted() { return injector.counted; },
    get fired() { return injector.fired; },
    release: () => {
      for (const fd of injector.open.keys()) inner.close(fd);
      injector.open.clear();
    },
  };
}

function wrap(inner: FileSystem, injector: Injector): FileSystem {
  const call = (name: CallName, path: string, mutating = mutatingCalls.has(name)): Call => ({ name, path, mutating });
  const at = (fd: number): string => injector.open.get(fd) ?? `descriptor ${fd}`;
  const on = <T>(name: CallName, path: string, act: () => T): T => injector.run(call(name, path), act);
  return {
    readdir: (path) => on('readdir', path, () => inner.readdir(path)),
    lstat: (path) => on('lstat', path, () => inner.lstat(path)),
    stat: (path) => on('stat', path, () => inner.stat(path)),
    realpath: (path) => on('realpath', path, () => inner.realpath(path)),
    readlink: (path) => on('readlink', path, () => inner.readlink(path)),
    open: (path, flags, mode) => injector.run(call('open', path, flags !== 'r'), () => {
      const fd = inner.open(path, flags, mode);
      injector.open.set(fd, path);
      return fd;
    }),
    close: (fd) => on('close', at(fd), () => {
      injector.open.delete(fd);
      inner.close(fd);
    }),
    fstat: (fd) => on('fstat', at(fd), () => inner.fstat(fd)),
    read: (fd, buffer, offset, length, position) => on('read', at(fd), () => inner.read(fd, buffer, offset, length, position)),
    write: (fd, buffer, offset, length) => injector.run(call('write', at(fd)),
      () => inner.write(fd, buffer, offset, length),
      () => inner.write(fd, buffer, offset, Math.max(1, Math.floor(length / 2)))),
    fsync: (fd) => on('fsync', at(fd), () => inner.fsync(fd)),
    ftruncate: (fd, length) => on('ftruncate', at(fd), () => inner.ftruncate(fd, length)),
    mkdir: (path, mode) => on('mkdir', path, () => inner.mkdir(path, mode)),
    rename: (from, to) => on('rename', from, () => inner.rename(from, to)),
    link: (from, to) => on('link', from, () => inner.link(from, to)),
    symlink: (target, path) => on('symlink', path, () => inner.symlink(target, path)),
    unlink: (path) => on('unlink', path, () => inner.unlink(path)),
    rmdir: (path) => on('rmdir', path, () => inner.rmdir(path)),
    chmod: (path, mode) => on('chmod', path, () => inner.chmod(path, mode)),
    keepOwner: (from, to) => on('chmod', to, () => inner.keepOwner(from, to)),
    setTimes: (path, mtimeNs) => on('setTimes', path, () => inner.setTimes(path, mtimeNs)),
    freeBytes: (path) => on('freeBytes', path, () => inner.freeBytes(path)),
  };
}

/** Runs `attempt` with the fault at the 1st, 2nd, … counted call until a run is no longer hit; returns how many were. */
export async function atEveryCall(
  make: (at: number) => Fault,
  attempt: (fault: Fault) => Promise<boolean> | boolean,
  limit = 10_000,
): Promise<number> {
  for (let at = 1; at <= limit; at += 1) {
    if (!await attempt(make(at))) return at - 1;
  }
  throw new Error(`still hit after ${limit} calls: the attempt never reports a run without the fault`);
}
