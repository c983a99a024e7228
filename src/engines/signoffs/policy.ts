/** Promise: a policy that cannot be understood shuts the gate; it is never read as "nothing is asked for". */
import { signOffPolicySchema, type ConsoleConfig, type SignOffPolicy } from '#contract';

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
  return {
    policy: { ...policy, roles: unique(policy.roles) },
    problem: `sign_offs${issue === undefined || issue.path.length === 0 ? '' : `.${issue.path.join('.')}`} in config/console.json: ${issue?.message ?? 'does not fit'}`,
  };
}

/** The same policy for other roles; without names the policy's own. */
export const forRoles = (policy: SignOffPolicy, roles: readonly string[]): SignOffPolicy => (roles.length === 0 ? policy : { ...policy, roles: unique(roles) });
