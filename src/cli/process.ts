/**
 * Connects commands to the real process.
 *
 * Promise: a closed pipe ends the program quietly, the first Ctrl+C asks the work to stop and report, a second one ends
 * the program at once, and the runtime is loaded only when a command needs it.
 */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import type { WriteStream } from 'node:tty';
import type { Console, OpenOptions } from '#runtime';
import type { Sink, Surroundings } from './io.ts';

/** Text is handed over in pieces of this size, so that a slow reader never makes us hold it twice. */
const chunkLength = 1 << 20;
const interrupted = 130;

/** `entry` is the address of the program's own file, which is started once more where work needs its own thread. */
export async function runProcess(entry: string, main: (surroundings: Surroundings) => Promise<number>): Promise<void> {
  if (!isMainThread) return (await import('./thread/inside.ts')).serveThread();
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(interrupted);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const status = await main({
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    env: process.env,
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    signal: controller.signal,
    open: async (options, threaded) => threaded
      ? (await import('./thread/outside.ts')).openInThread(new URL(entry), options)
      : openHere(options),
    serve: startServer,
    now: () => new Date(),
  });
  // Everything was flushed by the sinks; leave even if a dependency keeps a handle open.
  process.exit(status);
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

function sinkOf(stream: WriteStream): Sink {
  const state = { open: true };
  stream.on('error', () => { state.open = false; });
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
