/** Tells whether sources changed since the last build: a digest over the content of files, not over their times. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Digest of all files at or below `inputs`, given relative to `root`; missing inputs count as absent. */
export function fingerprint(root: string, inputs: readonly string[], extra = ''): string {
  const hash = createHash('sha256').update(extra);
  const files = [...new Set(inputs.flatMap((input) => filesBelow(join(root, input))))].sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`\0${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
