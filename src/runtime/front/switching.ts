/** A console whose workspace can be changed while windows stay open: the new one is opened before the old one is closed. */
import type { EventEnvelope } from '#contract';
import type { CallOptions, Console, OpenOptions } from '../types.ts';
import { openConsole } from './openConsole.ts';

/** Same options as {@link openConsole}; adds the ability to switch. */
export async function openSwitchingConsole(options: OpenOptions): Promise<Console> {
  const listeners = new Set<(event: EventEnvelope) => void>();
  const tell = (event: EventEnvelope): void => {
    for (const listener of listeners) listener(event);
  };
  let current: Console;
  let switching: Promise<void> = Promise.resolve();

  const open = async (workspace: string): Promise<Console> => {
    const opened = await openConsole({ ...options, workspace, abilities: { ...options.abilities, switchWorkspace } });
    opened.subscribe((event) => {
      if (opened === current) tell(event);
    });
    return opened;
  };

  const change = async (path: string): Promise<void> => {
    const previous = current;
    if (path === previous.workspacePath) return;
    current = await open(path);
    tell({ revision: 0, name: 'console.workspace_opened', payload: { path: current.workspacePath } });
    // The call that asked for the change is still answered by the previous console.
    setTimeout(() => void previous.close(), 1_000).unref();
  };

  async function switchWorkspace(path: string): Promise<void> {
    switching = switching.then(() => change(path), () => change(path));
    await switching;
  }

  current = await open(options.workspace);

  const call = (name: string, input: unknown, callOptions: CallOptions) => current.call(name, input, callOptions);
  return {
    get workspacePath() {
      return current.workspacePath;
    },
    call,
    invoke: call as Console['invoke'],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    metrics: () => current.metrics(),
    close: () => current.close(),
  };
}
