/** Promise: a policy that cannot be understood shuts the gate; it is never read as "nothing is asked for". */
import { ConsoleError, signOffPolicySchema, unreadablePolicy, type ConsoleConfig, type SignOffPolicy } from '#contract';

export interface PolicyReading {
  readonly policy: SignOffPolicy;
  /** Why the policy cannot be relied on, or null. */
  readonly problem: string | null;
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

export function signOffPolicyOf(config: ConsoleConfig): PolicyReading {
  const raw: unknown = (config as Readonly<Record<string, unknown>>)['sign_offs'];
  const parsed = signOffPolicySchema.safeParse(raw ?? {});
  if (parsed.success) return { policy: { ...parsed.data, roles: unique(parsed.data.roles) }, problem: null };
  const issue = parsed.error.issues[0];
  const policy = signOffPolicySchema.parse({});
  // Whose signatures count stood in the file, and nobody can tell any more.
  if (raw === unreadablePolicy) return { policy: { ...policy, roles: unique(policy.roles) }, problem: 'config/console.json cannot be read' };
  return {
    policy: { ...policy, roles: unique(policy.roles) },
    problem: `sign_offs${issue === undefined || issue.path.length === 0 ? '' : `.${issue.path.join('.')}`} in config/console.json: ${issue?.message ?? 'does not fit'}`,
  };
}

/** The roles to ask for: those named, which must be of the policy, or all of it. */
export function askedRoles({ policy, problem }: PolicyReading, named: readonly string[]): readonly string[] {
  const unknown = named.find((role) => !policy.roles.includes(role));
  // Without a policy to rely on the gate is shut, whatever is asked.
  if (unknown === undefined || problem !== null) return named.length === 0 ? policy.roles : unique(named);
  throw new ConsoleError('INPUT_INVALID', `"${unknown}" is no role of the policy. Nothing was asked.`, {
    remedy: `Roles are ${policy.roles.join(', ')}; others are named under sign_offs.roles in config/console.json.`, details: { field: 'role' },
  });
}
