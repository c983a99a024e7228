/** The door of this window to its host; the rest of the window does not know which one it is. */
export { createTransport, type Link } from './client.ts';
export { isEventName, parseMessage } from './messages.ts';
export { openLink, reconnectPause } from './links.ts';
