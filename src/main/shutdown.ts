/** Ends in order: nothing under way is cut off without asking, and the journal gets its last checkpoint. */
import type { App, MessageBoxOptions } from 'electron';
import type { Log } from '#engines/storage';
import { fill, type ShellText } from './shellText.ts';

export interface ShutdownOptions {
  readonly app: Pick<App, 'on' | 'quit' | 'exit'>;
  readonly actsUnderWay: () => number;
  readonly ask: (options: MessageBoxOptions) => Promise<number>;
  readonly text: () => ShellText;
  readonly close: () => Promise<void>;
  readonly log: Log;
  /** How long the console may take to close before the process ends all the same. */
  readonly deadlineMs?: number;
}

export interface Shutdown {
  /** True when nothing stands in the way of quitting, or the person has agreed. */
  readonly mayQuit: () => boolean;
  /** Asks, and quits when the person agrees. Several requests are one question. */
  readonly requestQuit: () => void;
}

export function installShutdown(options: ShutdownOptions): Shutdown {
  const { app, log } = options;
  let agreed = false;
  let asking = false;
  let closing: Promise<void> | null = null;

  const mayQuit = (): boolean => agreed || options.actsUnderWay() === 0;
  const askToQuit = async (): Promise<void> => {
    asking = true;
    const text = options.text();
    const answer = await options.ask({
      type: 'warning', title: text.closeWhileBusyTitle, message: text.closeWhileBusyTitle,
      detail: fill(text.closeWhileBusyBody, { count: options.actsUnderWay() }),
      buttons: [text.stay, text.quitAnyway], defaultId: 0, cancelId: 0, noLink: true,
    });
    asking = false;
    agreed = answer === 1;
    if (agreed) app.quit();
  };
  const requestQuit = (): void => {
    if (mayQuit()) {
      app.quit();
      return;
    }
    if (asking) return;
    void askToQuit();
  };

  app.on('before-quit', (event) => {
    if (mayQuit()) return;
    event.preventDefault();
    requestQuit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    closing ??= Promise.race([
      options.close().catch((error: unknown) => log.error('the console did not close cleanly', { error: String(error) })),
      new Promise<void>((resolve) => {
        setTimeout(resolve, options.deadlineMs ?? 10_000).unref();
      }),
    ]).then(() => app.exit(0));
  });
  return { mayQuit, requestQuit };
}
