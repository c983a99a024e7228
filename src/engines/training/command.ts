/**
 * An external command as a training.
 *
 * Promise: no shell; only the variables that the job lists; when time is up or a person asks, the whole family of processes
 * is asked to end, and killed when it does not.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { WorkSignal } from '#engines/storage';
import { messageOf, TrainingError } from './parts.ts';

export interface CommandSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly graceSeconds: number;
}

export interface CommandEvents {
  started(pid: number): void;
  line(text: string): void;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stopped: 'timeout' | 'cancelled' | null;
}

const lookEveryMs = 50;
const drainMs = 1000;
const longestPart = 65_536;

/** The group of the process where the system has groups; `kill` of a process that has ended is no fault. */
export function killFamily(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/T', ...(signal === 'SIGKILL' ? ['/F'] : [])], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    else process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** True while any process of the group is there, also one that only waits to be collected. */
function hasFamily(pid: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function eachLine(child: ChildProcess, line: (text: string) => void, failed: (error: unknown) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const decoder = new StringDecoder('utf8');
    let rest = '';
    const take = (text: string, last: boolean): void => {
      const parts = (rest + text).split(/\r\n|\n|\r/u);
      rest = last ? '' : parts.pop() ?? '';
      if (rest.length > longestPart) {
        parts.push(rest);
        rest = '';
      }
      try {
        for (const part of parts) if (part !== '') line(part);
      } catch (error) {
        failed(error);
      }
    };
    stream.on('data', (chunk: Buffer) => take(decoder.write(chunk), false));
    stream.on('end', () => take(decoder.end(), true));
    stream.on('error', () => undefined);
  }
}

export function runCommand(spec: CommandSpec, events: CommandEvents, signal: WorkSignal): Promise<CommandEnd> {
  const [program = '', ...rest] = spec.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd: spec.cwd, env: { ...spec.env }, shell: false, detached: process.platform !== 'win32', stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let stopped: CommandEnd['stopped'] = null;
    let fault: { readonly error: unknown } | null = null;
    let graceEnds = 0;
    const timers: NodeJS.Timeout[] = [];
    const stop = (why: CommandEnd['stopped']): void => {
      const { pid } = child;
      if (stopped !== null || pid === undefined) return;
      stopped = why;
      graceEnds = performance.now() + spec.graceSeconds * 1000;
      killFamily(pid, 'SIGTERM');
      timers.push(setTimeout(() => killFamily(pid, 'SIGKILL'), spec.graceSeconds * 1000));
    };
    const fail = (error: unknown): void => {
      fault ??= { error };
      if (child.pid !== undefined) killFamily(child.pid, 'SIGKILL');
    };
    timers.push(setTimeout(() => stop('timeout'), spec.timeoutSeconds * 1000));
    const look = setInterval(() => {
      if (signal.cancelled) stop('cancelled');
    }, lookEveryMs);
    const end = (work: () => void): void => {
      clearInterval(look);
      timers.forEach((timer) => clearTimeout(timer));
      work();
    };
    // After a stop, what the command started has the same grace as the command itself.
    const afterFamily = (work: () => void): void => {
      if (stopped === null || fault !== null || child.pid === undefined || performance.now() >= graceEnds || !hasFamily(child.pid)) work();
      else timers.push(setTimeout(() => afterFamily(work), lookEveryMs));
    };
    child.once('error', (error) => end(() => reject(new TrainingError('SpawnError', `"${program}" could not be started: ${messageOf(error)}`, error))));
    // At once, not on the event: a console that is killed in between would leave a run without the process that is still at work.
    if (child.pid !== undefined) {
      try {
        events.started(child.pid);
      } catch (error) {
        fail(error);
      }
    }
    eachLine(child, (text) => events.line(text), fail);
    // Grandchildren may keep the pipes open; what they still say is waited for a moment, then they are ended too.
    child.once('exit', () => {
      timers.push(setTimeout(() => afterFamily(() => {
        if (child.pid !== undefined) killFamily(child.pid, 'SIGKILL');
        child.stdout?.destroy();
        child.stderr?.destroy();
      }), drainMs));
    });
    child.once('close', (code, killedBy) => afterFamily(() => end(() => {
      // The process itself is gone; of what it started, nothing outlives a stop.
      if (stopped !== null && child.pid !== undefined) killFamily(child.pid, 'SIGKILL');
      if (fault === null) resolve({ code, signal: killedBy, stopped });
      else reject(fault.error instanceof Error ? fault.error : new Error(String(fault.error)));
    })));
  });
}
