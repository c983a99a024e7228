/** What other rooms may ask of the device key: sign, say where it is kept, remember a pin. Never the private key itself. */
import type { KeyStatus } from '#contract';
import type { Clock, FileSystem } from '#engines/storage';

export interface Signer {
  /** First 16 hexadecimal digits of the SHA-256 of the public key (DER, SubjectPublicKeyInfo). */
  readonly keyId: string;
  readonly publicKeyPem: string;
  readonly storage: 'keyring' | 'file';
  /** Ed25519 signature, 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
}

/** The last entry of a journal that this device saw and signed, kept outside the workspace. */
export interface Pin {
  readonly seq: number;
  readonly hash: string;
}

export interface DeviceKeys {
  /** The key of this device; it is made on first use. */
  signer(): Promise<Signer>;
  /** Where the key is; makes nothing. */
  status(): Promise<KeyStatus>;
  /** The latest pin of a workspace. */
  pin(workspaceId: string): Promise<Pin | null>;
  /** All that is pinned, the latest first: while the keyring was away, the file may have pinned something too. Each must hold. */
  pins(workspaceId: string): Promise<readonly Pin[]>;
  setPin(workspaceId: string, pin: Pin): Promise<void>;
}

/** What is used of the package keytar. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
}

export interface DeviceKeysOptions {
  /** The name under which the keyring lists the secrets, for example `sterownia`. */
  readonly serviceName: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** A folder of this user, outside every workspace; made with mode 0700 when it is needed. */
  readonly fallbackDirectory: string;
  /** Loads the native package on first use: it may be missing or unable to start. */
  readonly loadKeytar: () => Promise<Keytar | { readonly default: Keytar }>;
  /** `STEROWNIA_KEYRING=file` (or `off`) keeps the key in the file without asking the keyring. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How long one call of the keyring may take. */
  readonly timeoutMs?: number;
}

/** Secrets by name. `create` never replaces: it gives back what is kept under the name afterwards. */
export interface SecretStore {
  readonly kind: 'keyring' | 'file';
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  create(account: string, value: string): Promise<string>;
}
