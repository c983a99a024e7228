/**
 * The surroundings of a command: arguments, environment, streams, the console it talks to.
 *
 * Promise: nothing below reads `process` directly, so every command can be run inside a test with a double.
 */
import type { CallOptions, Console, OpenOptions } from '#runtime';

/** The folder that the program was started in is no longer there. */
export class WorkingDirectoryGone extends Error {
  constructor() {
    super('The working directory is no longer there. Nothing was changed.');
  }
}

export interface Sink {
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Resolves once the text is handed over; waits while the reader is slow. False when the reader has gone away. */
  write(text: string): Promise<boolean>;
}

/** The part of a console that commands use. */
export type CommandConsole = Pick<Console, 'call' | 'close' | 'workspacePath'>;

export interface Surroundings {
  readonly argv: readonly string[];
  /** @throws {WorkingDirectoryGone} */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly err: Sink;
  readonly signal: AbortSignal;
  /** `threaded` puts the console into a thread of its own, so that long work can be stopped at any moment. */
  readonly open: (options: OpenOptions, threaded: boolean) => Promise<CommandConsole>;
  /** Starts the headless host; ends when it is stopped. */
  readonly serve: (argv: readonly string[], workspace: string) => Promise<number>;
  readonly now: () => Date;
}

export type { CallOptions };
