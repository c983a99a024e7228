/** Writes a document that a person asked for to a file of their choice, whole or not at all. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ConsoleError } from '#contract';

/** Folders that are missing are made inside of the workspace, where the console owns them, and nowhere else. */
export function writeDocument(path: string, text: string, workspace: string | null = null): void {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  try {
    if (workspace !== null && path.startsWith(`${workspace}${sep}`)) mkdirSync(dirname(path), { recursive: true });
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
