/**
 * The policy of `config/console.json`. A missing file means defaults; a damaged or newer one shuts every gate
 * (approvals required everywhere) until it is repaired, and says so.
 */
import { matchesGlob } from 'node:path';
import { consoleConfigSchema, gatedOperations, isConsoleError, note, noteText, type ConsoleConfig, type Note, type Role } from '#contract';
import { openDocument, relativeTo, type EngineContext } from '#engines/storage';
import { layout, locked, placeOf } from './layout.ts';

export interface Policy {
  readonly config: ConsoleConfig;
  readonly path: string;
  readonly problems: readonly string[];
  /** The same as codes, in the same order. */
  readonly notes: readonly Note[];
  /** The file is there and cannot be read: `config` is the one that shuts every gate, and says nothing about what is set up. */
  readonly damaged: boolean;
}

const known = new Set(Object.keys(consoleConfigSchema.shape));

const shut: ConsoleConfig = consoleConfigSchema.parse({
  approval: Object.fromEntries(gatedOperations.map((name) => [name, 'required'])),
});

export function readPolicy(context: EngineContext): Policy {
  const path = placeOf(context, 'policy');
  const document = openDocument(context, {
    path,
    schema: consoleConfigSchema,
    kind: 'sterownia.console/1',
    lock: (work) => locked(context, 'documents', { purpose: 'write policy' }, work),
  });
  try {
    const config = document.read() ?? consoleConfigSchema.parse({});
    const notes = notesOf(config);
    return { config, path, problems: notes.map(noteText), notes, damaged: false };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    const shown = { path: layout.policy };
    return {
      config: shut, path, problems: [`${error.message} Until it is repaired every plan needs an approval.`],
      notes: [error.code === 'DOCUMENT_NEWER' ? note('policy_newer', shown) : note('policy_damaged', shown)], damaged: true,
    };
  }
}

function notesOf(config: ConsoleConfig): readonly Note[] {
  const unknownKeys = Object.keys(config).filter((key) => !known.has(key)).map((key) => note('policy_key_unknown', { key }));
  const gated: readonly string[] = gatedOperations;
  const unknownGates = Object.keys(config.approval).filter((name) => !gated.includes(name)).map((operation) => note('policy_gate_unknown', { operation }));
  return [...unknownKeys, ...unknownGates];
}

export const approvalFor = (config: ConsoleConfig, operation: string): 'off' | 'required' => config.approval[operation] ?? 'off';

/** Without lists everybody on this host is an admin; with `admins` only those named are, `viewers` may only look. */
export function roleOf(config: ConsoleConfig, osUser: string): Role {
  if (config.viewers.includes(osUser)) return 'viewer';
  return config.admins.length === 0 || config.admins.includes(osUser) ? 'admin' : 'operator';
}

/** Stars match names with a leading dot too: what a rule seems to cover, it covers. */
const dotsShown = (path: string): string => path.replaceAll(/(?<=^|\/)\.(?=[^/])/gu, '\u0001.');

/**
 * The rule that protects an absolute path, or null. A pattern that names a folder protects everything below it, and
 * everything above a protected path is protected from being removed whole.
 */
export function protectionOf(context: Pick<EngineContext, 'root'>, config: ConsoleConfig, path: string): string | null {
  const way = dotsShown(relativeTo(context.root, path));
  for (const rule of config.protected_paths) {
    const pattern = dotsShown(rule.replace(/\/+$/u, ''));
    if (matchesGlob(way, pattern) || matchesGlob(way, `${pattern}/**`)) return rule;
  }
  return null;
}
