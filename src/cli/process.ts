/**
 * Connects commands to the real process.
 *
 * Promise: a reader that leaves ends the program quietly, an answer that could not be written whole ends it with status 6,
 * the first Ctrl+C asks the work to stop and report, a second one ends the program at once, and the runtime is loaded
 * only when a command needs it.
 */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import type { WriteStream } from 'node:tty';
import type { Console, OpenOptions } from '#runtime';
import { WorkingDirectoryGone, type Sink, type Surroundings } from './io.ts';
import { exitStatus } from './status.ts';

/** Text is handed over in pieces of this size, so that a slow reader never makes us hold it twice. */
const chunkLength = 1 << 20;

/** `entry` is the address of the program's own file, which is started once more where work needs its own thread. */
export async function runProcess(entry: string, main: (surroundings: Surroundings) => Promise<number>): Promise<void> {
  if (!isMainThread) return (await import('./thread/inside.ts')).serveThread();
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitStatus.cancelled);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const failures: Error[] = [];
  const status = await main({
    argv: process.argv.slice(2),
    get cwd() {
      return workingDirectory();
    },
    env: process.env,
    out: sinkOf(process.stdout, (error) => void failures.push(error)),
    err: sinkOf(process.stderr),
    signal: controller.signal,
    open: async (options, threaded) => threaded
      ? (await import('./thread/outside.ts')).openInThread(new URL(entry), options)
      : openHere(options),
    serve: startServer,
    now: () => new Date(),
  });
  const [failure] = failures;
  if (failure !== undefined) process.stderr.write(`error: the answer could not be written: ${failure.message}\n`);
  // Everything was flushed by the sinks; leave even if a dependency keeps a handle open.
  process.exit(failure === undefined ? status : exitStatus.failed);
}

/** Asked for only where a path is relative or none was given, so that a folder that was removed holds up nothing else. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    throw new WorkingDirectoryGone();
  }
}

/**
 * An index of many reports is built once and stays: nearly everything young lives on, and the engine would answer by
 * growing the space for young objects to a hundred megabytes. Kept at its first size it costs no measurable time.
 */
async function openHere(options: OpenOptions): Promise<Console> {
  setFlagsFromString('--semi-space-growth-factor=1');
  return (await import('#runtime')).openConsole(options);
}

async function startServer(args: readonly string[], workspace: string): Promise<number> {
  const { runServe } = await import('#server');
  return runServe(args, workspace);
}

/** What people mean by `| head`; any other failure loses a part of the answer, as a full disk does. */
const readerLeft: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

function sinkOf(stream: WriteStream, onFailure: (error: Error) => void = () => undefined): Sink {
  const state = { open: true };
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (state.open && !readerLeft.has(error.code)) onFailure(error);
    state.open = false;
  });
  const hand = (text: string): Promise<void> => new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
  return {
    isTerminal: stream.isTTY === true,
    columns: stream.columns ?? 80,
    async write(text) {
      for (let start = 0; state.open && start < text.length;) {
        const end = pieceEnd(text, start);
        await hand(text.slice(start, end));
        start = end;
      }
      return state.open;
    },
  };
}

/** Never cuts between the two halves of a character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + chunkLength);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
