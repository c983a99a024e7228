/**
 * Who may use the server: the browser that opened the one-time link, and nobody else.
 *
 * A link works once. Opening a newer link ends the session of the earlier one. Secrets have 256 bits, are compared in
 * constant time, and appear in no log.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export interface Sessions {
  /** Makes a new one-time token; the one before it is dead. */
  newToken(): string;
  /** The identifier of the new session, or null if the token is unknown or used. */
  exchange(token: string): string | null;
  /** True if the `Cookie` header carries the present session. */
  admits(cookieHeader: string | undefined): boolean;
  cookie(session: string): string;
}

/** @param port browsers share cookies between the ports of a host, so the name carries it */
export function createSessions(port: number, onReplaced: () => void): Sessions {
  const name = `sterownia_${port}`;
  let token: string | null = null;
  let session: string | null = null;
  return {
    newToken: () => {
      token = secret();
      return token;
    },
    exchange: (given) => {
      if (token === null || !equal(given, token)) return null;
      token = null;
      if (session !== null) onReplaced();
      session = secret();
      return session;
    },
    admits: (header) => {
      if (session === null || header === undefined) return false;
      const present = session;
      return cookieValues(header, name).some((value) => equal(value, present));
    },
    cookie: (value) => `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

function cookieValues(header: string, name: string): readonly string[] {
  return header.split(';').flatMap((part) => {
    const at = part.indexOf('=');
    return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : [];
  });
}
