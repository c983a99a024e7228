/**
 * Looking at many places with the help of further threads, which share the processor time that calls to the system take.
 *
 * Who needs an answer never depends on a helper: a place that none has claimed is the caller's to look at, and so is
 * one where a helper saw anything but a plain answer. On a machine without a second processor there is no survey.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { FileKind, FileStat, Survey } from './fileSystem.ts';
import { surveyThread, type SurveyJob } from './surveyThread.ts';

/** Places that a thread claims at once. */
const batch = 64;
/** Below this many places a helper would not have started before the caller is through. */
const worthwhile = 4_000;
const mostHelpers = 3;
/** A helper stuck in a call to the system for so long (a dead network share) is not waited for. */
const patienceMs = 10_000;

/** States of a batch; the same numbers are written by the thread. */
const free = 0;
const claimed = 1;
const looked = 2;
const callers = 3;

interface Helper {
  readonly port: MessagePort;
  /** Jobs sent so far, and 1 once the thread has ended for want of work. */
  readonly control: Int32Array;
}

let helpers: Helper[] = [];

function startHelper(): Helper {
  const { port1: port, port2 } = new MessageChannel();
  const control = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const code = `(${surveyThread.toString()})(require('node:worker_threads'), require('node:fs'))`;
  const worker = new Worker(code, { eval: true, workerData: { port: port2, control }, transferList: [port2], execArgv: [] });
  // Without a helper the caller looks at every place itself.
  worker.on('error', () => Atomics.store(control, 1, 1));
  worker.unref();
  port.unref();
  return { port, control };
}

/** The threads of this thread, started again where they have ended. */
function readyHelpers(): readonly Helper[] {
  const wanted = Math.min(mostHelpers, availableParallelism() - 1);
  helpers = helpers.filter(({ control }) => Atomics.load(control, 1) === 0);
  try {
    while (helpers.length < wanted) helpers.push(startHelper());
  } catch {
    // The system gives no further thread now: those that there are will do, or none.
  }
  return helpers;
}

const kinds: ReadonlyMap<number, FileKind> = new Map([[0o100000, 'file'], [0o040000, 'directory'], [0o120000, 'link']]);

/** Null where helpers would be no help. */
export function survey(paths: readonly string[], from: 'start' | 'end', reach: number): Survey | null {
  if (paths.length < worthwhile || availableParallelism() < 2) return null;
  const batches = Math.ceil(paths.length / batch);
  const job: SurveyJob = {
    text: paths.join('\0'), batch, from,
    states: new Int32Array(new SharedArrayBuffer((batches + 1) * Int32Array.BYTES_PER_ELEMENT)),
    numbers: new Float64Array(new SharedArrayBuffer(paths.length * 3 * Float64Array.BYTES_PER_ELEMENT)),
    stamps: new BigInt64Array(new SharedArrayBuffer(paths.length * 3 * BigInt64Array.BYTES_PER_ELEMENT)),
  };
  Atomics.store(job.states, 0, reach);
  for (const { port, control } of readyHelpers()) {
    port.postMessage(job);
    Atomics.add(control, 0, 1);
    Atomics.notify(control, 0);
  }
  return { reach: (count) => extend(job, count), ready: (place) => Atomics.load(job.states, stateOf(place)) === looked, seen: (place) => seenAt(job, place) };
}

/** The first number is how far helpers may look. */
const stateOf = (place: number): number => 1 + Math.floor(place / batch);

function extend({ states }: SurveyJob, count: number): void {
  Atomics.store(states, 0, count);
  Atomics.notify(states, 0);
}

function seenAt({ states, numbers, stamps }: SurveyJob, place: number): FileStat | null {
  const at = stateOf(place);
  let state = Atomics.compareExchange(states, at, free, callers);
  if (state === claimed) {
    Atomics.wait(states, at, claimed, patienceMs);
    state = Atomics.load(states, at);
  }
  const mode = numbers[place * 3] ?? 0;
  if (state !== looked || mode === 0) return null;
  const first = place * 3;
  return {
    kind: kinds.get(mode & 0o170000) ?? 'other', mode: mode & 0o7777, size: numbers[first + 1] ?? 0, nlink: numbers[first + 2] ?? 0,
    mtimeNs: stamps[first] ?? 0n, ino: stamps[first + 1] ?? 0n, dev: stamps[first + 2] ?? 0n,
  };
}
