/** Making a plan: the draft of an area becomes a stored, digested document, and a preview in the evidence. */
import { hostname } from 'node:os';
import { ConsoleError, type Actor, type PlanDocument, type PlanState } from '#contract';
import { isoNow, type WorkSignal } from '#engines/storage';
import { approvalFor } from '#engines/workspace';
import { digestOf, digestOfPlan, stateDocument, writePlan } from './documents.ts';
import type { PlansEngine } from './engine.ts';
import { writeEvidence, writeLogLine } from './evidence.ts';
import type { PlanDraft, PlanProvider } from './provider.ts';
import { headerOf } from './view.ts';

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
function previewOf(plan: PlanDocument): unknown {
  const { items, ...rest } = plan;
  return { ...rest, item_count: items.length };
}
