/**
 * Overrides below `var/runtime/overrides`: files by which operators and other tools switch a part of the bot off.
 *
 * Promise: each file is honoured until its `expires_at`, to the second; one that cannot be read counts as being in force,
 * because nobody can tell what it wants stopped.
 */
import { join } from 'node:path';
import type { AutomodeOverride } from '#contract';
import { nowMicros, parseInstant, type Micros } from '#engines/decisions';
import { asConsoleError, isMissing, readFully, systemCode, type EngineContext } from '#engines/storage';

export const overrideFolder = 'var/runtime/overrides';

/** By `schema`; the action names the component once more. */
const componentsBySchema: Readonly<Record<string, string>> = {
  'runtime.decision_orchestrator.override': 'decision_orchestrator',
  'stage6.scheduler.override': 'multi_strategy',
};

const largest = 1_048_576;

const componentInName = (name: string): string => name.replace(/\.json$/iu, '').replace(/_disable$/u, '');

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);

const unreadable = (name: string, file: string, why: string): AutomodeOverride => ({
  file, component: componentInName(name), status: 'unreadable', reason: why, requested_by: null, ticket: null, since: null, expires_at: null,
});

function parsed(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/u, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function judge(name: string, file: string, bytes: Buffer, now: Micros): AutomodeOverride {
  const value = parsed(bytes);
  if (value === null) return unreadable(name, file, 'It is no JSON object.');
  const component = componentsBySchema[text(value['schema']) ?? ''];
  if (component === undefined) return unreadable(name, file, `Its schema ${JSON.stringify(value['schema'] ?? null)} is not known.`);
  const given = value['expires_at'] ?? null;
  const end = typeof given === 'string' ? parseInstant(given) : null;
  if (given !== null && end === null) return unreadable(name, file, 'Its "expires_at" is no instant.');
  return {
    file, component, status: end !== null && end <= now ? 'expired' : 'active', reason: text(value['reason']), requested_by: text(value['requested_by']),
    ticket: text(value['ticket']), since: text(value['timestamp']), expires_at: text(given),
  };
}

/** In the order of their names. Asking changes nothing. */
export function readOverrides(context: EngineContext): readonly AutomodeOverride[] {
  const folder = join(context.root, overrideFolder);
  let names: readonly string[];
  try {
    names = context.fs.readdir(folder).map(({ name }) => name).filter((name) => /\.json$/iu.test(name) && !name.startsWith('.')).toSorted();
  } catch (error) {
    // A file in the place of the folder, or a link to nothing, is no absence: whoever put it there meant something.
    if (systemCode(error) === 'ENOENT' && !isThere(context, folder)) return [];
    if (systemCode(error) === null) throw error;
    return [unreadable('overrides', overrideFolder, asConsoleError(error, 'read', folder).message)];
  }
  const now = nowMicros(context.clock);
  return names.flatMap((name) => {
    const file = `${overrideFolder}/${name}`;
    const path = join(folder, name);
    try {
      const { kind, size } = context.fs.stat(path);
      if (kind !== 'file' || size > largest) return [unreadable(name, file, kind === 'file' ? `It has ${size} bytes.` : 'It is no file.')];
      return [judge(name, file, readFully(context.fs, path), now)];
    } catch (error) {
      // Taken away between the listing and the look; a link into nothing is a name that stays.
      if (isMissing(error) && !isThere(context, path)) return [];
      if (systemCode(error) === null) throw error;
      return [unreadable(name, file, asConsoleError(error, 'read', path).message)];
    }
  });
}

function isThere(context: EngineContext, path: string): boolean {
  try {
    context.fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

export const isInForce = (override: AutomodeOverride): boolean => override.status !== 'expired';
