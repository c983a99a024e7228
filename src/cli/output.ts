/** Writes a document that a person asked for to a file of their choice, whole or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ConsoleError } from '#contract';

export function writeDocument(path: string, text: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  try {
    const handle = openSync(beside, 'wx', 0o644);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new ConsoleError('IO', `The file could not be written: ${error instanceof Error ? error.message : String(error)}`, {
      remedy: 'Name a file in a folder that exists and may be written to.',
      details: { field: 'output', path },
      cause: error,
    });
  }
}
