/**
 * The door between windows and the console over Electron's IPC: one channel in each direction, every sender checked,
 * every message parsed. Each document of a window has its own connection, so that a reload starts from nothing.
 */
import type { IpcMain, WebContents } from 'electron';
import type { EventEnvelope, Message, Result } from '#contract';
import type { Log } from '#engines/storage';
import type { CallOptions } from '#runtime';
import { messageChannel, requestChannel } from './channels.ts';
import { openConnection, type Connection } from '#hosts';
import { senderProblem } from './sender.ts';

export type DoorContents = Pick<WebContents, 'id' | 'on' | 'send' | 'isDestroyed'>;

export interface DoorOptions {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly call: (name: string, input: unknown, options: CallOptions) => Promise<Result<unknown>>;
  readonly log: Log;
}

export interface Door {
  /** Lets the pages of a window speak. */
  attach(contents: DoorContents): void;
  broadcast(event: EventEnvelope): void;
  /** Number of long calls under way that change something, over all windows and past documents. */
  actsUnderWay(): number;
  /** Stops long acts at their next safe place; resolves when nothing that changes something is under way. */
  end(): Promise<void>;
}

export function openDoor(options: DoorOptions): Door {
  const { log } = options;
  const current = new Map<number, Connection>();
  const windows = new Set<number>();
  const past = new Set<Connection>();

  const connect = (contents: DoorContents): void => {
    current.set(contents.id, openConnection({
      call: options.call,
      log,
      send: (message: Message) => {
        if (!contents.isDestroyed()) contents.send(messageChannel, message);
      },
    }));
  };
  const disconnect = (id: number): void => {
    const connection = current.get(id);
    if (connection === undefined) return;
    connection.close();
    current.delete(id);
    for (const earlier of past) if (earlier.actsUnderWay() === 0) past.delete(earlier);
    past.add(connection);
  };

  options.ipcMain.on(requestChannel, (event, raw: unknown) => {
    const problem = senderProblem(event, windows);
    if (problem === null) current.get(event.sender.id)?.receive(raw);
    else log.warn('refused a message', { problem, url: event.senderFrame?.url.slice(0, 300) ?? null });
  });

  return {
    attach: (contents) => {
      windows.add(contents.id);
      connect(contents);
      contents.on('did-start-navigation', (details) => {
        if (!details.isMainFrame || details.isSameDocument) return;
        disconnect(contents.id);
        connect(contents);
      });
      contents.on('render-process-gone', () => {
        disconnect(contents.id);
        connect(contents);
      });
      contents.on('destroyed', () => {
        disconnect(contents.id);
        windows.delete(contents.id);
      });
    },
    broadcast: (event) => {
      for (const connection of current.values()) connection.deliver(event);
    },
    actsUnderWay: () => [...current.values(), ...past].reduce((sum, connection) => sum + connection.actsUnderWay(), 0),
    end: async () => {
      await Promise.all([...current.values(), ...past].map((connection) => connection.end()));
    },
  };
}
