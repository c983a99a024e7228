/**
 * The key of this device: one Ed25519 key per user and host, in the keyring of the operating system; where there is no
 * keyring that answers, in a file that only this user may read, and the status says so.
 */
import { ConsoleError, note, noteText, type KeyStatus, type Note } from '#contract';
import { asConsoleError } from '#engines/storage';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { fileStore } from './fileStore.ts';
import { KeyringUnavailable, openKeyringStore } from './keyringStore.ts';
import type { DeviceKeys, DeviceKeysOptions, Pin, SecretStore, Signer } from './types.ts';

const keyAccount = 'device-key';
const pinAccount = (workspaceId: string): string => `pin:${workspaceId}`;

const storedKeySchema = z.object({ schema: z.literal('sterownia.device_key/1'), private_key: z.string(), created_at: z.string() });
const storedPinSchema = z.object({ seq: z.number().int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/u) });

/** The id under which a public key is known: it can be recomputed by anyone who has the key. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);
}

/** Id of a public key in PEM text; null when the text is no Ed25519 public key. */
export function keyIdOfPem(publicKeyPem: string): string | null {
  try {
    const key = createPublicKey(publicKeyPem);
    return key.asymmetricKeyType === 'ed25519' ? keyIdOf(key) : null;
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asSigner(text: string, storage: 'keyring' | 'file', where: string): Signer {
  const stored = storedKeySchema.safeParse(parseJson(text));
  const privateKey = stored.success ? readPrivateKey(stored.data.private_key) : null;
  if (privateKey === null) {
    throw new ConsoleError('DOCUMENT_CORRUPT', `The device key in ${where} cannot be read. It was left as it is.`, {
      remedy: 'Restore it from a backup, or remove it: a new key is made then, and the change is recorded in the journal.', details: { storage },
    });
  }
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    storage,
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const saying = (warning: Note | null): Pick<KeyStatus, 'warning' | 'warning_notes'> =>
  (warning === null ? { warning: null } : { warning: noteText(warning), warning_notes: [warning] });

interface Opened {
  readonly store: SecretStore;
  readonly warning: Note | null;
}

export function openDeviceKeys(options: DeviceKeysOptions): DeviceKeys {
  const environment = options.environment ?? process.env;
  const files = fileStore(options.fs, options.fallbackDirectory);
  const timeoutMs = options.timeoutMs ?? 3000;
  let opened: Promise<Opened> | null = null;
  let made: Promise<Signer> | null = null;

  const folder = options.fallbackDirectory;
  const onFile = (warning: Note): Opened => ({ store: files, warning });
  const whyOf = (error: unknown): Note => {
    const known = error instanceof KeyringUnavailable ? error.why : null;
    if (known === 'silent') return note('keyring_silent', { milliseconds: timeoutMs, folder });
    if (known === 'forgetful') return note('keyring_forgetful', { folder });
    return note('keyring_unavailable', { system: reasonOf(error), folder });
  };

  async function choose(): Promise<Opened> {
    const forced = environment['STEROWNIA_KEYRING'];
    if (forced === 'off' || forced === 'file') return onFile(note('keyring_switched_off', { mode: forced, folder }));
    try {
      const store = await openKeyringStore({
        serviceName: options.serviceName, timeoutMs, loadKeytar: options.loadKeytar,
        exclusive: { fs: options.fs, clock: options.clock, path: join(options.fallbackDirectory, 'device-key.lock'), staleMs: 5 * timeoutMs },
      }, keyAccount);
      return { store, warning: null };
    } catch (error) {
      return onFile(whyOf(error));
    }
  }

  /** Why not even the file can be used. */
  let unusable: ConsoleError | null = null;
  let lost: Opened | null = null;
  /** Chosen once, also for callers at the same time; a keyring that stops answering is left for the file. */
  const open = async (): Promise<Opened> => lost ?? await (opened ??= choose());

  async function onStore<T>(work: (store: SecretStore) => Promise<T>): Promise<T> {
    let { store } = await open();
    if (store.kind === 'keyring') {
      try {
        return await work(store);
      } catch (error) {
        lost = onFile(whyOf(error));
        store = lost.store;
      }
    }
    try {
      return await work(store);
    } catch (error) {
      unusable = asConsoleError(error, 'use the device key in', options.fallbackDirectory);
      throw unusable;
    }
  }

  async function makeSigner(): Promise<Signer> {
    const { text, kind } = await onStore(async (store) => {
      const present = await store.get(keyAccount);
      return { kind: store.kind, text: present ?? await store.create(keyAccount, newKeyText()) };
    });
    return asSigner(text, kind, kind === 'keyring' ? 'the keyring' : options.fallbackDirectory);
  }

  function newKeyText(): string {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return JSON.stringify({ schema: 'sterownia.device_key/1', private_key: pem, created_at: new Date(options.clock.now()).toISOString() });
  }

  async function signer(): Promise<Signer> {
    made ??= makeSigner();
    try {
      return await made;
    } catch (error) {
      made = null;
      throw error;
    }
  }

  async function status(): Promise<KeyStatus> {
    try {
      const { text, kind } = await onStore(async (store) => ({ kind: store.kind, text: await store.get(keyAccount) }));
      if (unusable !== null && text === null) throw unusable;
      const { warning } = await open();
      return { storage: kind, key_id: text === null ? null : asSigner(text, kind, kind).keyId, ...saying(warning) };
    } catch (error) {
      return { storage: 'none', key_id: null, ...saying(note('key_unusable', { system: reasonOf(error) })) };
    }
  }

  async function pins(workspaceId: string): Promise<readonly Pin[]> {
    const account = pinAccount(workspaceId);
    const texts = [await onStore((store) => store.get(account)), await files.get(account).catch(() => null)];
    const found = texts.map(readPin).filter((pin) => pin !== null).toSorted((left, right) => right.seq - left.seq);
    return found.filter(({ seq, hash }, index) => index === 0 || seq !== found[0]?.seq || hash !== found[0]?.hash);
  }

  const pin = async (workspaceId: string): Promise<Pin | null> => (await pins(workspaceId))[0] ?? null;

  function readPin(text: string | null): Pin | null {
    const parsed = text === null ? null : storedPinSchema.safeParse(parseJson(text));
    return parsed?.success ? parsed.data : null;
  }

  /** Replaces what is pinned; a file from a time without the keyring gets the same, so that both say one thing. */
  async function setPin(workspaceId: string, { seq, hash }: Pin): Promise<void> {
    const account = pinAccount(workspaceId);
    const text = JSON.stringify({ seq, hash });
    const kind = await onStore(async (store) => {
      await store.set(account, text);
      return store.kind;
    });
    if (kind === 'keyring' && await files.get(account) !== null) await files.set(account, text);
  }

  return { signer, status, pin, pins, setPin };
}
