/**
 * The policy of `config/console.json`. A missing file means defaults; a damaged or newer one, and one with a rule of
 * protection that cannot be followed, shuts every gate (approvals required everywhere) until it is repaired, and says so.
 */
import { consoleConfigSchema, gatedOperations, isConsoleError, note, noteText, unreadablePolicy, type ConsoleConfig, type Note, type Role } from '#contract';
import { openDocument, type EngineContext } from '#engines/storage';
import { layout, locked, placeOf } from './layout.ts';
import { ruleProblems } from './protection.ts';

export interface Policy {
  readonly config: ConsoleConfig;
  readonly path: string;
  readonly problems: readonly string[];
  /** The same as codes, in the same order. */
  readonly notes: readonly Note[];
  /** The file is there and cannot be relied on: `config` shuts every gate, and where the file cannot be read says nothing about what is set up. */
  readonly damaged: boolean;
}

const known = new Set(Object.keys(consoleConfigSchema.shape));

const approvals: ConsoleConfig['approval'] = Object.fromEntries(gatedOperations.map((name) => [name, 'required']));
const lost = (list: 'jobs' | 'feeds') => ({ list, name: null, field: layout.policy, problem: `the file cannot be read, so no ${list} are known` });
const shut: ConsoleConfig = consoleConfigSchema.parse({
  approval: approvals, sign_offs: unreadablePolicy, artifacts: unreadablePolicy, retraining: { faults: [lost('jobs'), lost('feeds')] },
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
    const unprotected = ruleProblems(context, config);
    const notes = [...unprotected, ...notesOf(config)];
    const problems = notes.map(noteText);
    return unprotected.length === 0 ? { config, path, problems, notes, damaged: false } : { config: { ...config, approval: approvals }, path, problems, notes, damaged: true };
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
  const entries = config.retraining.faults.map(({ field, problem }) => note('policy_entry_invalid', { field, problem }));
  return [...unknownKeys, ...unknownGates, ...entries];
}

export const approvalFor = (config: ConsoleConfig, operation: string): 'off' | 'required' => config.approval[operation] ?? 'off';

/** Without lists everybody on this host is an admin; with `admins` only those named are, `viewers` may only look. */
export function roleOf(config: ConsoleConfig, osUser: string): Role {
  if (config.viewers.includes(osUser)) return 'viewer';
  return config.admins.length === 0 || config.admins.includes(osUser) ? 'admin' : 'operator';
}
