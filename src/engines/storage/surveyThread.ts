/**
 * What a helper of `survey.ts` runs. It is passed on as text, so that it starts in a few milliseconds and needs no file
 * of its own in any bundle: it may use nothing but its arguments.
 */
import type * as files from 'node:fs';
import type * as threads from 'node:worker_threads';

export interface SurveyJob {
  /** Absolute paths, each but the last followed by a NUL. */
  readonly text: string;
  /** Places that a thread claims at once. */
  readonly batch: number;
  /** From which end helpers go. The caller goes from the start. */
  readonly from: 'start' | 'end';
  /** How far helpers may look, then the state of each batch: 0 free, 1 claimed by a helper, 2 looked at, 3 the caller's. */
  readonly states: Int32Array;
  /** Three for each place: mode with the bits of its kind (0 where the caller has to look), size, links. */
  readonly numbers: Float64Array;
  /** Three for each place: time of change in nanoseconds, inode, device. */
  readonly stamps: BigInt64Array;
}

type Threads = Pick<typeof threads, 'receiveMessageOnPort' | 'workerData'>;
type Files = Pick<typeof files, 'lstatSync'>;

export function surveyThread({ receiveMessageOnPort, workerData }: Threads, { lstatSync }: Files): void {
  /** Without work for so long the thread ends. */
  const idleMs = 1_500;
  const { port, control } = workerData as { readonly port: threads.MessagePort; readonly control: Int32Array };

  function look(job: SurveyJob, path: string, place: number): void {
    // Such names stand for bytes that are no UTF-8: the caller knows how to ask for them.
    if (/[\uf780-\uf7ff]/u.test(path)) return;
    try {
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return;
      const stamps = [stat.mtimeNs, stat.ino, stat.dev];
      // A time after 2262 does not fit: it would come out as another one.
      if (stamps.some((value) => BigInt.asIntN(64, value) !== value)) return;
      const first = place * 3;
      job.numbers[first] = Number(stat.mode);
      job.numbers[first + 1] = Number(stat.size);
      job.numbers[first + 2] = Number(stat.nlink);
      job.stamps.set(stamps, first);
    } catch {
      // The caller looks itself, and meets the error where it can be told.
    }
  }

  /** False when nobody let it go so far. */
  function mayReach(states: Int32Array, end: number): boolean {
    for (let reach = Atomics.load(states, 0); reach < end; reach = Atomics.load(states, 0)) {
      if (Atomics.wait(states, 0, reach, idleMs) === 'timed-out') return false;
    }
    return true;
  }

  function work(job: SurveyJob): void {
    const { states, batch, from } = job;
    const paths = job.text.split('\0');
    const batches = states.length - 1;
    for (let turn = 0; turn < batches; turn += 1) {
      const at = from === 'start' ? turn : batches - 1 - turn;
      const end = Math.min((at + 1) * batch, paths.length);
      if (!mayReach(states, end)) return;
      if (Atomics.compareExchange(states, at + 1, 0, 1) !== 0) continue;
      for (let place = at * batch; place < end; place += 1) look(job, paths[place] ?? '', place);
      Atomics.store(states, at + 1, 2);
      Atomics.notify(states, at + 1);
    }
  }

  for (;;) {
    const sent = Atomics.load(control, 0);
    const received = receiveMessageOnPort(port);
    if (received !== undefined) work(received.message as SurveyJob);
    else if (Atomics.wait(control, 0, sent, idleMs) === 'timed-out') break;
  }
  Atomics.store(control, 1, 1);
  port.close();
}
