/**
 * Finds the verb data as cheaply as possible.
 *
 * Promise: a built program reads `verbs.json` beside itself and loads no schema; a program run from its sources derives
 * the same data from the table.
 */
import { readFileSync } from 'node:fs';
import type { CliData } from './spec.ts';

export async function loadCliData(readBuilt: () => string | null = readBesideProgram): Promise<CliData> {
  const built = readBuilt();
  if (built !== null) return JSON.parse(built) as CliData;
  const [{ deriveCliData }, version] = [await import('./derive.ts'), packageVersion()];
  return deriveCliData(version);
}

function readBesideProgram(): string | null {
  // In a bundle this module lies in dist/cli; among the sources there is no such file.
  try {
    return readFileSync(new URL('./verbs.json', import.meta.url), 'utf8');
  } catch {
    return null;
  }
}

/** The version of the package that holds these sources. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : null;
  return typeof version === 'string' ? version : 'unknown';
}
