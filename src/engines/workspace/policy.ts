/**
 * The policy of `config/console.json`. A missing file means defaults; a damaged or newer one shuts every gate
 * (approvals required everywhere) until it is repaired, and says so.
 */
import { matchesGlob } from 'node:path';
import { consoleConfigSchema, gatedOperations, isConsoleError, type ConsoleConfig, type Role } from '#contract';
import { openDocument, relativeTo, type EngineContext } from '#engines/storage';
import { locked, placeOf } from './layout.ts';

export interface Policy {
  readonly config: ConsoleConfig;
  readonly path: string;
  readonly problems: readonly string[];
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
    return { config, path, problems: problemsOf(config) };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return { config: shut, path, problems: [`${error.message} Until it is repaired every plan needs an approval.`] };
  }
}

function problemsOf(config: ConsoleConfig): readonly string[] {
  const unknownKeys = Object.keys(config).filter((key) => !known.has(key)).map((key) => `"${key}" is not known to this version and has no effect.`);
  const gated: readonly string[] = gatedOperations;
  const unknownGates = Object.keys(config.approval).filter((name) => !gated.includes(name)).map((name) => `approval."${name}" names no operation that can be gated.`);
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
