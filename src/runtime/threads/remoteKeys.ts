/**
 * The device key, seen from a worker thread. The native keyring library may live in one thread of a process only, so the
 * front owns it and workers ask. A signature is needed in the middle of synchronous work: the worker sleeps on shared
 * memory until the front has written it there.
 */
import { ConsoleError, type KeyStatus } from '#contract';
import type { DeviceKeys, Pin, Signer } from '#engines/keyring';

export type KeyQuestion =
  | { readonly what: 'signer' }
  | { readonly what: 'status' }
  | { readonly what: 'pin'; readonly workspaceId: string }
  | { readonly what: 'pins'; readonly workspaceId: string }
  | { readonly what: 'setPin'; readonly workspaceId: string; readonly pin: Pin };

export interface SignRequest {
  readonly bytes: Uint8Array;
  /** Int32 at 0: 0 waiting, 1 signed, 2 failed. The 64 bytes of the signature follow at 4. */
  readonly answer: SharedArrayBuffer;
}

export type SignerFacts = Pick<Signer, 'keyId' | 'publicKeyPem' | 'storage'>;

const signatureBytes = 64;
const signTimeoutMs = 5_000;

export interface KeyPort {
  ask(question: KeyQuestion): Promise<unknown>;
  sign(request: SignRequest): void;
}

/** The worker's side. */
export function remoteKeys(port: KeyPort): DeviceKeys {
  return {
    signer: async () => {
      const facts = await port.ask({ what: 'signer' }) as SignerFacts;
      return { ...facts, sign: (bytes) => signRemotely(port, bytes) };
    },
    status: () => port.ask({ what: 'status' }) as Promise<KeyStatus>,
    pin: (workspaceId) => port.ask({ what: 'pin', workspaceId }) as Promise<Pin | null>,
    pins: (workspaceId) => port.ask({ what: 'pins', workspaceId }) as Promise<readonly Pin[]>,
    setPin: async (workspaceId, pin) => void await port.ask({ what: 'setPin', workspaceId, pin }),
  };
}

function signRemotely(port: KeyPort, bytes: Uint8Array): Buffer {
  const answer = new SharedArrayBuffer(4 + signatureBytes);
  const state = new Int32Array(answer, 0, 1);
  port.sign({ bytes: Uint8Array.from(bytes), answer });
  Atomics.wait(state, 0, 0, signTimeoutMs);
  if (Atomics.load(state, 0) !== 1) {
    throw new ConsoleError('INTEGRITY', 'The device key could not sign.', { remedy: 'Check the keyring, then try again.' });
  }
  return Buffer.from(Uint8Array.from(new Uint8Array(answer, 4, signatureBytes)));
}

/** The front's side: answers questions of a worker. */
export async function answerQuestion(keys: DeviceKeys, question: KeyQuestion): Promise<unknown> {
  switch (question.what) {
    case 'signer': {
      const { keyId, publicKeyPem, storage } = await keys.signer();
      return { keyId, publicKeyPem, storage } satisfies SignerFacts;
    }
    case 'status': return keys.status();
    case 'pin': return keys.pin(question.workspaceId);
    case 'pins': return keys.pins(question.workspaceId);
    case 'setPin': return keys.setPin(question.workspaceId, question.pin);
  }
}

/** Writes the signature, or the fact that there is none, where the worker waits for it. */
export async function answerSign(keys: DeviceKeys, request: SignRequest): Promise<void> {
  const state = new Int32Array(request.answer, 0, 1);
  let outcome = 2;
  try {
    const signature = (await keys.signer()).sign(request.bytes);
    new Uint8Array(request.answer, 4, signatureBytes).set(signature);
    outcome = 1;
  } finally {
    Atomics.store(state, 0, outcome);
    Atomics.notify(state, 0);
  }
}
