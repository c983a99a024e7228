/** How a test drives the desktop around the program: commands over the process's own channel. */
import { standInApp } from './app.ts';
import { closeBrowser, browserEndpoint, openWindows } from './window.ts';
import { installed, notices } from './electron.ts';
import { answers, desktop, findMenuItem, type DesktopState } from './record.ts';

export type Command =
  | { readonly do: 'state' }
  | { readonly do: 'endpoint' }
  | { readonly do: 'menu'; readonly id: string }
  | { readonly do: 'tray'; readonly id: string }
  | { readonly do: 'notification'; readonly index: number }
  | { readonly do: 'answer_message'; readonly choice: number }
  | { readonly do: 'answer_open'; readonly path: string | null }
  | { readonly do: 'bounds'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | { readonly do: 'maximize' }
  | { readonly do: 'close_window' }
  | { readonly do: 'crash_page' }
  | { readonly do: 'throw'; readonly how: 'exception' | 'rejection' };

function click(template: Parameters<typeof findMenuItem>[0], id: string): void {
  const item = findMenuItem(template, id);
  if (item?.click === undefined) throw new Error(`there is no menu item "${id}" that can be clicked`);
  (item.click as unknown as () => void)();
}

function fail(how: 'exception' | 'rejection'): void {
  if (how === 'exception') setImmediate(() => { throw new Error('a fault made by a test'); });
  else void Promise.reject(new Error('a fault made by a test'));
}

async function run(command: Command): Promise<unknown> {
  const [window] = openWindows();
  switch (command.do) {
    case 'state': return { ...desktop, windows: openWindows().map((each) => each.describe()) } satisfies DesktopState;
    case 'endpoint': return browserEndpoint();
    case 'menu': return click(installed.menu, command.id);
    case 'tray': return click(installed.tray, command.id);
    case 'notification': return notices[command.index]?.emit('click');
    case 'answer_message': return answers.message.push(command.choice);
    case 'answer_open': return answers.open.push(command.path);
    case 'bounds': return window?.setBounds(command);
    case 'maximize': return window?.maximize();
    case 'close_window': return window?.close();
    case 'crash_page': return window?.crash();
    case 'throw': return fail(command.how);
  }
}

async function answer(id: number, command: Command): Promise<void> {
  try {
    process.send?.({ id, value: (await run(command)) ?? null });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

/** Listens without keeping the process alive by itself; the browser closes with the process. */
export function listen(): void {
  process.on('message', (message) => {
    const { id, command } = message as { readonly id: number; readonly command: Command };
    void answer(id, command);
  });
  process.on('disconnect', () => standInApp.exit(0));
  // As Electron does: a request to end is a request to quit.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => standInApp.quit());
  standInApp.onExit = closeBrowser;
}
