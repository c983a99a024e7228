/** What lies on disk, in a form that two moments can be compared by. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Path, content, time and rights of every file below a folder. */
export function inventory(root: string): Readonly<Record<string, string>> {
  if (!existsSync(root)) return {};
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs, mode } = lstatSync(path);
    return [relative(root, path), `${createHash('sha256').update(readFileSync(path)).digest('hex')} ${mtimeMs} ${mode.toString(8)}`] as const;
  }).sort(([a], [b]) => a.localeCompare(b)));
}

/** Removes a folder that a program which is just ending may still be writing into. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 });
}
