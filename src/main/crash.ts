/** Nothing fails in silence: what nobody caught is logged and told to the person, once, in words. */
import type { Log } from '#engines/storage';
import { fill, type ShellText } from './shellText.ts';

export interface CrashOptions {
  readonly process: Pick<NodeJS.Process, 'on'>;
  readonly log: Log & { readonly folder: string; flush(): void };
  readonly text: () => ShellText;
  readonly showError: (title: string, body: string) => void;
  readonly exit: (code: number) => void;
}

export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: error.message, name: error.name, stack: error.stack ?? null, cause: error.cause === undefined ? null : String(error.cause) };
}

/**
 * After an uncaught exception the process is in an unknown state: it says so and ends; plans and journal survive that.
 * A rejection that nobody handled is told once per run and logged each time.
 */
export function installCrashHandlers(options: CrashOptions): void {
  const { log, text } = options;
  let ending = false;
  let told = false;
  options.process.on('uncaughtException', (error) => {
    log.error('uncaught exception', describeError(error));
    log.flush();
    if (ending) return;
    ending = true;
    options.showError(text().crashTitle, fill(text().crashBody, { folder: log.folder }));
    options.exit(1);
  });
  options.process.on('unhandledRejection', (reason) => {
    log.error('unhandled rejection', describeError(reason));
    log.flush();
    if (told || ending) return;
    told = true;
    options.showError(text().rejectionTitle, fill(text().rejectionBody, { folder: log.folder }));
  });
}
