/**
 * Plan, then apply, as one command.
 *
 * Promise: with `dryRun` nothing but the plan is stored. Without it the command applies the stored, still valid plan
 * that would do exactly the same (an approved one before a waiting one), else the plan it has just made; what the
 * policy or the plan asks for is never answered on the person's behalf when the act cannot be undone or a gate is overridden.
 */
import type { ConsoleErrorBody, OperationOutput, PlanView, Progress, Result } from '#contract';
import type { CommandConsole } from '../io.ts';

export interface PlanCommand {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  readonly confirmation: string | null;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly now: () => Date;
}

export type PlanAnswer =
  /** `applied` is false for previews and for plans that hold nothing to do. */
  | { readonly ok: true; readonly plan: PlanView; readonly applied: boolean }
  | { readonly ok: false; readonly error: ConsoleErrorBody; readonly plan: PlanView | null };

const listLimit = 1000;

export async function runPlan(console: CommandConsole, command: PlanCommand): Promise<PlanAnswer> {
  const options = { door: 'cli', signal: command.signal, ...(command.onProgress === undefined ? {} : { onProgress: command.onProgress }) } as const;
  const made = await call<PlanView>(console, command.operation, command.input, options);
  if (!made.ok) return { ok: false, error: made.error, plan: null };
  if (command.dryRun || isEmpty(made.value)) return { ok: true, plan: made.value, applied: false };
  const twin = await storedTwin(console, command, made.value);
  const apply = async (chosen: PlanView): Promise<PlanAnswer> => {
    const confirmation = confirmationFor(chosen, command.confirmation);
    const applied = await call<PlanView>(console, 'plans.apply', { id: chosen.id, ...(confirmation === null ? {} : { confirmation }) }, options);
    return applied.ok
      ? { ok: true, plan: applied.value, applied: true }
      : { ok: false, error: explain(applied.error, chosen), plan: chosen };
  };
  const answer = twin === null ? null : await apply(twin);
  return answer === null || (!answer.ok && isUnusable(answer.error)) ? await apply(made.value) : answer;
}

/** The stored plan itself is at fault, its file or its approval; the new one says the same and is whole. */
const isUnusable = ({ code, details }: ConsoleErrorBody): boolean =>
  ['PLAN_ALTERED', 'NOT_FOUND', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'].includes(code) || (code === 'INTEGRITY' && 'approved_by' in details);

/**
 * How a plan ends that has targets but none to work on: `not_found` when none of them is there, `error` when one cannot
 * be touched, null when they are only left out, for example because they are archived already.
 */
export async function idleWord(console: CommandConsole, plan: PlanView): Promise<'not_found' | 'error' | null> {
  const statuses = new Set<string>();
  for (let offset = 0, more = plan.target_count > 0; more; offset += listLimit) {
    const listed = await call<OperationOutput<'plans.targets'>>(console, 'plans.targets', { id: plan.id, limit: listLimit, offset }, { door: 'cli' });
    if (!listed.ok) return 'error';
    for (const target of listed.value.targets) statuses.add(target.status);
    more = listed.value.pagination.has_more;
  }
  if (statuses.has('error')) return 'error';
  return statuses.size === 1 && statuses.has('not_found') ? 'not_found' : null;
}

/** The output was checked by the runtime against the schema of the operation that `T` stands for. */
async function call<T>(console: CommandConsole, operation: string, input: unknown, options: Parameters<CommandConsole['call']>[2]): Promise<Result<T>> {
  return await console.call(operation, input, options) as Result<T>;
}

const isEmpty = (plan: PlanView): boolean => plan.needs.some((need) => need.kind === 'not_empty' && !need.met);

/** A stored plan of the same content that can still be applied, and that needs no more than the new one. */
async function storedTwin(console: CommandConsole, command: PlanCommand, made: PlanView): Promise<PlanView | null> {
  const now = command.now().getTime();
  const twins: PlanView[] = [];
  for (let offset = 0, more = true; more; offset += listLimit) {
    const listed = await call<OperationOutput<'plans.list'>>(
      console, 'plans.list', { operation: command.operation, status: ['approved', 'pending'], limit: listLimit, offset }, { door: 'cli', signal: command.signal });
    // A plan list that cannot be read must not stop the new plan from being used.
    if (!listed.ok) return null;
    twins.push(...listed.value.plans.filter((plan) =>
      plan.id !== made.id && plan.content_digest === made.content_digest && plan.base === made.base && Date.parse(plan.valid_until) > now));
    more = listed.value.pagination.has_more;
  }
  const waiting = twins.find((plan) => plan.status === 'pending' && plan.policy.approval === made.policy.approval && plan.confirmation === made.confirmation);
  return twins.find((plan) => plan.status === 'approved') ?? waiting ?? null;
}

/** The word by which a person answers for going on against a gate that is shut. */
const overriding = 'override';

/** Giving the command is its confirmation, except where nothing brings the files back, or a gate is overridden. */
function confirmationFor(plan: PlanView, given: string | null): string | null {
  return given ?? (plan.permanent || plan.confirmation === overriding ? null : plan.confirmation);
}

function explain(error: ConsoleErrorBody, plan: PlanView): ConsoleErrorBody {
  const details = { ...error.details, plan_id: plan.id };
  if (error.code === 'APPROVAL_REQUIRED') {
    const repair = 'notes' in error.details ? `${error.remedy} ` : '';
    return {
      ...error, details,
      remedy: `${repair}Ask with "sterownia plans request ${plan.id}"; an admin approves with "sterownia plans approve ${plan.id}"; then give the same command again.`,
    };
  }
  if (error.code === 'CONFIRMATION_REQUIRED' && plan.confirmation !== null) {
    return { ...error, details: { ...details, confirmation: plan.confirmation }, remedy: `Give the same command with --confirmation ${JSON.stringify(plan.confirmation)}.` };
  }
  return { ...error, details };
}
