/** Handlers of the `artifacts` area. */
import type { OperationName, PlanView } from '#contract';
import { bundleKeys, listModels, publishedHashes, publishFile, validateInRepository, verifyModels } from '#engines/artifacts';
import { createPlan, showPlan } from '#engines/plans';
import { readPolicy } from '#engines/workspace';
import type { CoreCall, CoreHandlers, CoreParts } from './types.ts';

async function plan(parts: CoreParts, operation: OperationName, input: object, call: CoreCall): Promise<PlanView> {
  const engine = await parts.plans();
  const made = await createPlan(engine, { operation, input, actor: call.actor, confined: call.confined, signal: call.signal });
  return showPlan(engine, made.id);
}

export const artifactHandlers: CoreHandlers<'artifacts'> = {
  'artifacts.validate': (parts, input) => validateInRepository(parts.context, input),
  'artifacts.list': (parts, { model }) => ({ models: listModels(parts.context, model) }),
  'artifacts.publish': async (parts, input, call) => {
    const plans = await parts.plans();
    return publishFile(parts.context, input, {
      actor: call.actor, journal: { append: (entry) => plans.record(entry) }, keys: bundleKeys(parts.context, readPolicy(parts.context).config),
    });
  },
  'artifacts.activate': (parts, input, call) => plan(parts, 'artifacts.activate', input, call),
  'artifacts.rollback': (parts, input, call) => plan(parts, 'artifacts.rollback', input, call),
  'artifacts.verify': async (parts, { model, require_signature: asked }) => {
    const { keys, requireSignature, findings } = bundleKeys(parts.context, readPolicy(parts.context).config);
    return verifyModels(parts.context, { model }, { keys, requireSignature: asked || requireSignature, findings, published: publishedHashes(await parts.journal()) });
  },
};
