/** What verification compares with: every entry of the manifest exactly once, nothing else, each as recorded. */
import { ConsoleError } from '#contract';
import { displayName } from '#engines/storage';
import type { ArchivedFile, ArchiveManifest } from './types.ts';

export class Checklist {
  private readonly expected = new Map<string, ArchivedFile>();
  private readonly path: string;

  constructor(path: string, manifest: ArchiveManifest) {
    this.path = path;
    for (const file of manifest.files) this.expected.set(file.stored_name ?? file.name, file);
  }

  fail(name: string | null, why: string, cause?: unknown): ConsoleError {
    const shown = displayName(this.path);
    const entry = name === null ? null : displayName(name);
    return new ConsoleError('INTEGRITY', `The archive ${shown} is not what its manifest says${entry === null ? '' : `, at ${entry}`}: ${why}.`, {
      remedy: 'Make the archive again from its source; do not rely on this one.',
      details: { path: shown, entry, reason: why }, cause,
    });
  }

  /** The record of an entry that was met; throws when there is none, it was met before, or it is of another kind. */
  meet(name: string, kind: ArchivedFile['kind']): ArchivedFile {
    const file = this.expected.get(name);
    if (!file) throw this.fail(name, 'it should not be there, or is there twice');
    this.expected.delete(name);
    if (file.kind !== kind) throw this.fail(name, `it is a ${kind} and should be a ${file.kind}`);
    return file;
  }

  checkContent(file: ArchivedFile, size: number, sha256: string): void {
    if (size !== file.size) throw this.fail(file.name, `it has ${size} bytes and should have ${file.size}`);
    if (sha256 !== file.sha256) throw this.fail(file.name, 'its content differs (SHA-256)');
  }

  checkTarget(file: ArchivedFile, target: string | null): void {
    if (target !== (file.stored_target ?? file.link_target)) throw this.fail(file.name, 'it leads elsewhere');
  }

  /** Throws for the first entry that was never met. */
  finish(): void {
    for (const file of this.expected.values()) throw this.fail(file.name, 'it is missing');
  }
}
