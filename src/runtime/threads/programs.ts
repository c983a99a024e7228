/** Where the programs of threads are: bundles beside that of the host, from sources (tests) the TypeScript file itself. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function programBeside(name: 'worker' | 'readAhead'): URL | null {
  const candidates = [`./${name}.mjs`, `../runtime/${name}.mjs`, `./runtime/${name}.mjs`, `../${name}.ts`];
  return candidates.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(fileURLToPath(url))) ?? null;
}
