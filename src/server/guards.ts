/**
 * Checks on every request before anything else looks at it. They close what loopback alone leaves open: pages of other
 * origins in the same browser, and names that an attacker's DNS points at 127.0.0.1.
 */
import type { IncomingMessage } from 'node:http';

export type Refusal = 'foreign host' | 'foreign origin' | 'not loopback';

const loopback = new Set(['127.0.0.1', '::ffff:127.0.0.1']);

export const ownHosts = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`];

type Head = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** A header that is given twice is as suspect as a wrong one: two readers might pick different ones. */
const occurrences = (request: Head, name: string): number =>
  request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;

/**
 * @param originRequired a WebSocket always names its origin; plain requests of a page to its own server may leave it out
 */
export function refusal(request: Head & { readonly socket: { readonly remoteAddress?: string | undefined } }, port: number, originRequired: boolean): Refusal | null {
  if (!loopback.has(request.socket.remoteAddress ?? '')) return 'not loopback';
  const host = request.headers.host?.toLowerCase();
  if (host === undefined || occurrences(request, 'host') !== 1 || !ownHosts(port).includes(host)) return 'foreign host';
  const { origin } = request.headers;
  if (origin === undefined) return originRequired ? 'foreign origin' : null;
  return occurrences(request, 'origin') === 1 && origin === `http://${host}` ? null : 'foreign origin';
}
