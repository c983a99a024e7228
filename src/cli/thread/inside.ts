/** Runs inside the thread: opens the console there and answers calls until it is told to close. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { isConsoleError, succeed, type ConsoleErrorBody } from '#contract';
import { openConsole, PrintedAnswer, type Console } from '#runtime';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';

export async function serveThread(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this part runs in a thread only');
  const send = (message: FromThread): void => port.postMessage(message);
  const { workspace } = workerData as ThreadSetup;
  try {
    const console = await openConsole({ workspace, host: 'cli', threads: false, onRecovered: (findings) => send({ type: 'recovered', findings }) });
    answerCalls(port, console, send);
    send({ type: 'opened', workspacePath: console.workspacePath });
  } catch (error) {
    send({ type: 'refused', error: bodyOf(error) });
  }
}

function answerCalls(port: MessagePort, console: Console, send: (message: FromThread) => void): void {
  port.on('message', (message: ToThread) => {
    if (message.type === 'close') {
      void console.close().finally(() => {
        send({ type: 'closed' });
        port.close();
      });
      return;
    }
    const { id, name, input, printed, stop } = message;
    void console
      .call(name, input, { door: 'cli', printed, signal: sharedSignal(stop), onProgress: (progress) => send({ type: 'progress', id, progress }) })
      .then((result) => send({ type: 'result', id, result: result.ok && result.value instanceof PrintedAnswer ? succeed([...result.value]) : result }));
  });
}

/** A signal whose `aborted` looks at the shared memory each time: synchronous work sees a stop without an event. */
function sharedSignal(stop: SharedArrayBuffer): AbortSignal {
  const flag = new Int32Array(stop);
  return Object.defineProperty(new AbortController().signal, 'aborted', { get: () => Atomics.load(flag, 0) === 1 });
}

function bodyOf(error: unknown): ConsoleErrorBody {
  if (isConsoleError(error)) return error.toBody();
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), remedy: 'Report it with the log.', details: {} };
}
