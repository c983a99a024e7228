/**
 * The bridge between the page and its host: the names of the operations, one way to send, one way to hear.
 *
 * Nothing of Electron reaches the page. A message of unknown shape or for an unknown operation does not leave the
 * page, and none arrives; a refused request is told to the sender as a failure to send.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { PreloadBridge } from '#contract';
import { operationNames } from 'virtual:operation-names';
import { messageOf, requestOf } from './messages.ts';

const requestChannel = 'sterownia:request';
const messageChannel = 'sterownia:message';
const known: ReadonlySet<string> = new Set(operationNames);

const bridge: PreloadBridge = {
  operations: operationNames,
  send: (raw) => {
    const request = requestOf(raw, known);
    if (request === null) throw new TypeError('not a request to the console');
    ipcRenderer.send(requestChannel, request);
  },
  onMessage: (listener) => {
    const receive = (_event: unknown, raw: unknown): void => {
      const message = messageOf(raw);
      if (message !== null) listener(message);
    };
    ipcRenderer.on(messageChannel, receive);
    return () => {
      ipcRenderer.removeListener(messageChannel, receive);
    };
  },
};

contextBridge.exposeInMainWorld('sterownia', bridge);
