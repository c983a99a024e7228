/** Runs Electron as the console's window, and tells a runtime that could not start from one that a person ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** The exit status, or the reason why Electron did not come up: one that ends within `startedAfterMs` with an error could not start at all. */
export function runElectron(program: string, args: readonly string[], startedAfterMs = 6000): Promise<number | string> {
  return new Promise((done) => {
    const started = Date.now();
    const env = { ...process.env };
    delete env['ELECTRON_RUN_AS_NODE'];
    const child: ChildProcess = spawn(program, [...args], { stdio: ['ignore', 'inherit', 'pipe'], env });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (Date.now() - started < startedAfterMs) complaints = (complaints + chunk.toString('utf8')).slice(0, 4000);
      else process.stderr.write(chunk);
    });
    let stopped: NodeJS.Signals | null = null;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        stopped = signal;
        // A terminal sends Ctrl+C to both programs.
        if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
      });
    }
    // What a runtime that did come up said meanwhile is for the person as well.
    const told = setTimeout(() => process.stderr.write(complaints), startedAfterMs);
    child.on('error', (error) => done(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(told);
      if (stopped !== null) return done(128 + constants.signals[stopped]);
      const failed = code !== 0 && Date.now() - started < startedAfterMs;
      const ended = signal === null ? `it ended with status ${code ?? 'unknown'}` : `it was ended by ${signal}`;
      done(failed ? complaints.split('\n').find((line) => line.trim() !== '') ?? ended : code ?? 1);
    });
  });
}
