/** Promise: a signature block is made and checked as the bot makes and checks it, in constant time, and nothing is let pass. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConsoleError } from '#contract';
import { canonicalBytes } from './canonicalJson.ts';
import { isMembers, textOf, type JsonMembers, type JsonValue } from './losslessJson.ts';

export const signatureAlgorithms = ['HMAC-SHA256', 'HMAC-SHA384'] as const;
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** `keyId` null: the key has no name, and none is written. */
export interface SigningKey {
  readonly keyId: string | null;
  readonly secret: Uint8Array;
}

const shortestSecret = 16;
const digestOf: Readonly<Record<SignatureAlgorithm, { readonly name: string; readonly bytes: number }>> = {
  'HMAC-SHA256': { name: 'sha256', bytes: 32 }, 'HMAC-SHA384': { name: 'sha384', bytes: 48 },
};

const hmac = (algorithm: SignatureAlgorithm, secret: Uint8Array, bytes: Uint8Array): Buffer =>
  createHmac(digestOf[algorithm].name, secret).update(bytes).digest();

/** `{algorithm, value, key_id?}` over the canonical bytes of `payload`. */
export function signPayload(payload: JsonValue, key: SigningKey, algorithm: SignatureAlgorithm = 'HMAC-SHA256'): JsonMembers {
  if (key.secret.length < shortestSecret) {
    throw new ConsoleError('INPUT_INVALID', `The signing key is shorter than ${shortestSecret} bytes. Nothing was signed.`, {
      remedy: 'Use a key of at least 32 random bytes.', details: { field: 'key' },
    });
  }
  const block: JsonMembers = new Map([['algorithm', algorithm], ['value', hmac(algorithm, key.secret, canonicalBytes(payload)).toString('base64')]]);
  if (key.keyId !== null && key.keyId !== '') block.set('key_id', key.keyId);
  return block;
}

export type SignatureVerdict = 'valid' | 'invalid' | 'malformed' | 'unknown_algorithm' | 'unknown_key';

const isAlgorithm = (text: string | null): text is SignatureAlgorithm => signatureAlgorithms.some((known) => known === text);

/** Keys are chosen by their id; a block without an id is tried with every key. */
export function verifySignature(payload: JsonValue, block: JsonValue | undefined, keys: readonly SigningKey[]): SignatureVerdict {
  if (!isMembers(block)) return 'malformed';
  const algorithm = textOf(block.get('algorithm'));
  const value = textOf(block.get('value'));
  if (value === null) return 'malformed';
  if (!isAlgorithm(algorithm)) return 'unknown_algorithm';
  const bytes = Buffer.from(value, 'base64');
  // The spare bits of the last character must be zero, and nothing may follow: equal signatures have equal text.
  if (bytes.toString('base64') !== value || bytes.length !== digestOf[algorithm].bytes) return 'malformed';
  const id = block.get('key_id');
  const candidates = id === undefined ? keys : keys.filter((key) => key.keyId === id);
  if (candidates.length === 0) return 'unknown_key';
  const covered = canonicalBytes(payload);
  return candidates.some((key) => timingSafeEqual(hmac(algorithm, key.secret, covered), bytes)) ? 'valid' : 'invalid';
}
