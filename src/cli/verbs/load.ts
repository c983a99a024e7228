/**
 * Finds the verb data as cheaply as possible.
 *
 * Promise: a built program carries the data and loads no schema for it; a program run from its sources derives the same
 * data from the table.
 */
import { readFileSync } from 'node:fs';
import type { CliData } from './spec.ts';

/** Put in by the build: the JSON text of {@link CliData}. */
declare const STEROWNIA_CLI_DATA: string | undefined;

export async function loadCliData(): Promise<CliData> {
  if (typeof STEROWNIA_CLI_DATA === 'string') return JSON.parse(STEROWNIA_CLI_DATA) as CliData;
  const { deriveCliData } = await import('./derive.ts');
  return deriveCliData(packageVersion());
}

/** Put in by the build. */
declare const __STEROWNIA_VERSION__: string | undefined;

/** The version of the package that holds these sources. */
export function packageVersion(): string {
  if (typeof __STEROWNIA_VERSION__ === 'string') return __STEROWNIA_VERSION__;
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : null;
  return typeof version === 'string' ? version : 'unknown';
}
