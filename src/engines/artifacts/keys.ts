/**
 * Promise: the keys of bundle signatures are read from files that nobody but their owner can open, when they are needed and
 * no longer kept than that; they stand in no configuration, command line or message. A key that cannot be used is named.
 */
import { isAbsolute, join } from 'node:path';
import { artifactsConfigSchema, type ArtifactFinding, type ConsoleConfig } from '#contract';
import { displayName, type EngineContext } from '#engines/storage';
import type { SigningKey } from './signature.ts';

export interface BundleKeys {
  readonly keys: readonly SigningKey[];
  /** Bundles without a signature count as problems. */
  readonly requireSignature: boolean;
  readonly findings: readonly ArtifactFinding[];
}

const shortestKey = 16;
const largestFile = 4096;

const finding = (path: string, message: string): ArtifactFinding => ({ kind: 'signature_key_unusable', severity: 'problem', model: '', version: null, path, message });

/** A line end and blanks around a key are not part of it, as for the earlier programs. */
function withoutBlanks(bytes: Buffer): Buffer {
  const blank = (byte: number | undefined): boolean => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
  let [from, to] = [0, bytes.length];
  while (from < to && blank(bytes[from])) from += 1;
  while (to > from && blank(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}

/** The key in a file, or why it cannot be used. What was opened is what is judged, so nothing can be put there in between. */
function readKey(context: EngineContext, path: string): Buffer | string {
  const { fs } = context;
  // A pipe would hold the opening up for good.
  if (fs.stat(path).kind !== 'file') return 'is no file';
  const fd = fs.open(path, 'r');
  try {
    const { kind, mode, size } = fs.fstat(fd);
    if (kind !== 'file') return 'is no file';
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return `may be opened by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}); set it to 0600`;
    if (size > largestFile) return `is larger than ${largestFile} bytes`;
    const buffer = Buffer.alloc(size);
    let length = 0;
    for (let read = -1; length < size && read !== 0; length += read) read = fs.read(fd, buffer, length, size - length, null);
    const key = withoutBlanks(buffer.subarray(0, length));
    return key.length < shortestKey ? `holds a key shorter than ${shortestKey} bytes` : key;
  } finally {
    fs.close(fd);
  }
}

/** The member `artifacts` of the policy, with the keys that it names. A member that makes no sense gives no key and says so. */
export function bundleKeys(context: EngineContext, config: ConsoleConfig): BundleKeys {
  const parsed = artifactsConfigSchema.safeParse(config['artifacts'] ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ['artifacts', ...issue?.path ?? []].join('.');
    return { keys: [], requireSignature: true, findings: [finding('config/console.json', `${where}: ${issue?.message ?? 'does not fit'}`)] };
  }
  const keys: SigningKey[] = [];
  const findings: ArtifactFinding[] = [];
  for (const { id, file } of parsed.data.signature_keys) {
    const path = isAbsolute(file) ? file : join(context.root, file);
    try {
      const read = readKey(context, path);
      if (typeof read === 'string') findings.push(finding(displayName(path), read));
      else keys.push({ keyId: id, secret: read });
    } catch (error) {
      findings.push(finding(displayName(path), `cannot be read: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  return { keys, requireSignature: parsed.data.require_signature, findings };
}
