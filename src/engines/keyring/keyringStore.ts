/** Secrets in the keyring of the operating system. Every call ends within the time limit, whatever the keyring does. */
import type { Keytar, SecretStore } from './types.ts';
import { exclusively, type ExclusiveOptions } from './exclusive.ts';

export class KeyringUnavailable extends Error {
  override readonly name = 'KeyringUnavailable';
  /** Null where the system's own message is all that is known. */
  readonly why: 'silent' | 'forgetful' | null;

  constructor(message: string, why: 'silent' | 'forgetful' | null, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new KeyringUnavailable(`it gave no answer within ${milliseconds} ms`, 'silent')), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } catch (error) {
    if (error instanceof KeyringUnavailable) throw error;
    throw new KeyringUnavailable(firstLine(error), null, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? '';

const unwrap = (loaded: Keytar | { readonly default: Keytar }): Keytar => ('default' in loaded ? loaded.default : loaded);

export interface KeyringStoreOptions {
  readonly serviceName: string;
  readonly timeoutMs: number;
  readonly loadKeytar: () => Promise<Keytar | { readonly default: Keytar }>;
  /** Keyrings have no "set if absent", so making a secret is guarded by a lock file of this user. */
  readonly exclusive: ExclusiveOptions;
}

/** Opens the keyring and asks it once, so that an absent or locked one is known before anything depends on it. */
export async function openKeyringStore(options: KeyringStoreOptions, probe: string): Promise<SecretStore> {
  const { serviceName, timeoutMs } = options;
  const keytar = unwrap(await within(options.loadKeytar(), timeoutMs));
  const get = (account: string): Promise<string | null> => within(keytar.getPassword(serviceName, account), timeoutMs);
  const set = (account: string, value: string): Promise<void> => within(keytar.setPassword(serviceName, account, value), timeoutMs);
  const create = (account: string, value: string): Promise<string> => exclusively(options.exclusive, async () => {
    const present = await get(account);
    if (present !== null) return present;
    await set(account, value);
    const kept = await get(account);
    if (kept === null) throw new KeyringUnavailable('it did not keep what was stored', 'forgetful');
    return kept;
  });
  await get(probe);
  return { kind: 'keyring', get, set, create };
}
