/** Making a plan: the draft of an area becomes a stored, digested document, and a preview in the evidence. */
import { hostname } from 'node:os';
import { ConsoleError, isConsoleError, type Actor, type ErrorCode, type PlanDocument, type PlanState } from '#contract';
import { isoNow, type WorkSignal } from '#engines/storage';
import { approvalFor } from '#engines/workspace';
import { isRecorded } from './approval.ts';
import { digestOf, digestOfPlan, planIds, readPlan, readState, stateDocument, writePlan } from './documents.ts';
import type { PlansEngine } from './engine.ts';
import { writeEvidence, writeLogLine } from './evidence.ts';
import type { PlanDraft, PlanProvider } from './provider.ts';
import { effectiveStatus, headerOf } from './view.ts';

export interface CreateRequest {
  readonly operation: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly confined: boolean;
  readonly signal: WorkSignal;
}

export function providerOf(engine: PlansEngine, operation: string): PlanProvider {
  const provider = engine.providers.get(operation);
  if (provider) return provider;
  throw new ConsoleError('UNKNOWN_OPERATION', `No part of this console makes plans for "${operation}".`, {
    remedy: 'The plan was made by another version; open it there.', details: { operation },
  });
}

const later = (from: number, milliseconds: number): string => new Date(from + milliseconds).toISOString();

export async function createPlan(engine: PlansEngine, request: CreateRequest): Promise<PlanDocument> {
  const { context } = engine;
  const config = engine.config();
  const draft = await providerOf(engine, request.operation).draft(request.input, {
    context, actor: request.actor, confined: request.confined, config, signal: request.signal,
  });
  request.signal.check();
  const plan = documentOf(engine, request, draft);
  const known = reusable(engine, plan);
  if (known !== null) return known;
  writePlan(context, plan);
  stateDocument(context, plan.id).update((): PlanState => ({
    schema: 'sterownia.plan-state/1', id: plan.id, header: headerOf(plan), revision: 1, status: 'pending',
    approval: null, rejection: null, requested: null, outcome: null, undo: null,
  }));
  const evidence = writeEvidence(context, plan.operation, plan.id, 'preview', previewOf(plan));
  engine.record({
    actor: request.actor, type: 'plan_created', stage: 'note', operation: plan.operation, subject: plan.id,
    data: { digest: plan.digest, content_digest: plan.content_digest, totals: plan.totals, permanent: plan.permanent, evidence },
  });
  writeLogLine(context, {
    level: 'info', message: `${plan.operation} preview`,
    details: { plan_id: plan.id, actor: request.actor.name, totals: plan.totals, digest: plan.digest, evidence },
  });
  engine.changed(plan.id, 'pending');
  return plan;
}

const looked = 200;

/**
 * An open plan for exactly the same work: one that was approved, or the author's own while more than half of its time
 * is left. Asking twice then shows one plan instead of littering the approver's inbox.
 */
function reusable(engine: PlansEngine, plan: PlanDocument): PlanDocument | null {
  const { context } = engine;
  for (const id of planIds(context).slice(0, looked)) {
    const state = readStateOrNull(engine, id);
    if (state === null || state.header.content_digest !== plan.content_digest) continue;
    const { header } = state;
    const status = effectiveStatus(header, state, context.clock);
    const samePolicy = header.policy.approval === plan.policy.approval && header.workspace_id === plan.workspace_id && header.confirmation === plan.confirmation;
    const own = header.author.os_user === plan.author.os_user && header.author.host === plan.author.host;
    const young = Date.parse(header.expires_at) - context.clock.now() > (Date.parse(header.expires_at) - Date.parse(header.created_at)) / 2;
    const approved = status === 'approved' && state.approval !== null && isRecorded(engine, id, state.approval);
    const known = samePolicy && (approved || (status === 'pending' && own && young)) ? readPlanOrNull(engine, id) : null;
    if (known !== null) return known;
  }
  return null;
}

const unusable: readonly ErrorCode[] = ['PLAN_ALTERED', 'NOT_FOUND', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER', 'IO'];

/** A stored plan that cannot be used keeps nobody from planning anew. */
function readPlanOrNull({ context }: PlansEngine, id: string): PlanDocument | null {
  try {
    return readPlan(context, id);
  } catch (error) {
    if (isConsoleError(error) && unusable.includes(error.code)) return null;
    throw error;
  }
}

function readStateOrNull(engine: PlansEngine, id: string): PlanState | null {
  try {
    return readState(engine.context, id);
  } catch (error) {
    if (isConsoleError(error)) return null;
    throw error;
  }
}

function documentOf(engine: PlansEngine, request: CreateRequest, draft: PlanDraft): PlanDocument {
  const { context } = engine;
  const config = engine.config();
  const now = context.clock.now();
  const planned = draft.targets.filter((target) => target.status === 'planned');
  const content = { operation: request.operation, input: draft.input, base: draft.base, targets: draft.targets, items: draft.items, permanent: draft.permanent };
  const plan: PlanDocument = {
    schema: 'sterownia.plan/1',
    id: context.ids.next(),
    operation: request.operation,
    input: { ...draft.input },
    workspace_id: engine.workspaceId(),
    host: hostname(),
    created_at: isoNow(context.clock),
    expires_at: later(now, config.unapproved_minutes * 60_000),
    author: request.actor,
    base: draft.base,
    policy: { approval: approvalFor(config, request.operation), unapproved_minutes: config.unapproved_minutes, approved_hours: config.approved_hours },
    confirmation: draft.confirmation,
    permanent: draft.permanent,
    trash_until: draft.permanent ? null : later(now, config.trash_retention_days * 86_400_000),
    totals: {
      targets: planned.length,
      files: planned.reduce((sum, target) => sum + target.files, 0),
      directories: planned.reduce((sum, target) => sum + target.directories, 0),
      bytes: planned.reduce((sum, target) => sum + target.bytes, 0),
      reclaimed_bytes: draft.reclaimedBytes,
    },
    facts: { ...draft.facts },
    targets: [...draft.targets],
    items: [...draft.items],
    protected: [...draft.protected],
    content_digest: digestOf(content),
    digest: '',
  };
  return { ...plan, digest: digestOfPlan(plan) };
}

/** What a supervisor reads: everything but the single files, which the plan's digest covers. */
function previewOf(plan: PlanDocument): object {
  const { items, ...rest } = plan;
  return { ...rest, item_count: items.length };
}
