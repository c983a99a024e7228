/** The door of this window to its host; the rest of the window does not know which one it is. */
import type { ConsoleTransport } from '#contract';
import { createTransport } from './client.ts';
import { bridgeLink, socketLink } from './links.ts';

export { createTransport, type Link } from './client.ts';
export { isEventName, parseMessage } from './messages.ts';
export { reconnectPause } from './links.ts';

export function connect(): ConsoleTransport {
  if (window.sterownia !== undefined) return createTransport(bridgeLink(window.sterownia));
  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
  return createTransport(socketLink(`${scheme}//${window.location.host}/ws`));
}
