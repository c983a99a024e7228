/** Handlers of the `models` area. */
import { ConsoleError, type OperationName, type PlanView } from '#contract';
import {
  championAnswer, championDiff, championLine, championsAsOf, compareModels, modelHistory, modelPlaces, modelRows, modelsFolder,
  pinModel, promoteAnswer, promoteLine, promotionOfPlan, recoverRegistry, snapshot, snapshotLine, snapshotRequest, unpinModel, type ModelsParts,
  type PromotionPlace,
} from '#engines/models';
import { createPlan, exportPlan, showPlan } from '#engines/plans';
import { asOfIndexes } from './asOfView.ts';
import { modelParts } from './modelParts.ts';
import { registryOf } from './registries.ts';
import type { CoreCall, CoreHandlers, CoreParts, CorePrinters } from './types.ts';

const auditOf = (parts: CoreParts, given: string | undefined, call: CoreCall): string =>
  modelsFolder(parts.context, given, modelPlaces.audit, 'audit_dir', call.confined);

async function surroundings(parts: CoreParts): Promise<ModelsParts> {
  const [plans, journal] = [await parts.plans(), await parts.journal()];
  return modelParts({ context: parts.context, journal, record: (entry) => void plans.record(entry), emit: parts.emit });
}

async function plan(parts: CoreParts, operation: OperationName, input: object & { readonly base_dir?: string | undefined }, call: CoreCall): Promise<PlanView> {
  const engine = await parts.plans();
  recoverRegistry(await surroundings(parts), registryOf(parts, input.base_dir, call.confined));
  const made = await createPlan(engine, { operation, input, actor: call.actor, confined: call.confined, signal: call.signal });
  return showPlan(engine, made.id);
}

async function promotionPlace(parts: CoreParts, id: string): Promise<PromotionPlace> {
  const { plan } = exportPlan(await parts.plans(), id);
  const { model, base_dir: quality, audit_dir: audit } = plan.input;
  if (typeof model !== 'string' || typeof quality !== 'string' || typeof audit !== 'string') {
    throw new ConsoleError('NOT_FOUND', `Plan ${id} promotes no model.`, { remedy: 'Name a plan of "models promote" or "models rollback".', details: { field: 'id', id } });
  }
  const name = promotionOfPlan(parts.context, { audit, model, plan: plan.id });
  if (name !== null) return { quality, audit, promotion: name };
  throw new ConsoleError('PLAN_STATE', `Plan ${id} left no record in ${audit}.`, { remedy: 'Apply it first; see "sterownia plans show".', details: { id } });
}

function reasonAsked(fromChallenger: boolean, call: CoreCall): void {
  if (!fromChallenger || call.actor.door === 'cli') return;
  throw new ConsoleError('INPUT_INVALID', 'A reason of 10 to 1,024 characters is needed. Nothing was changed.', { remedy: 'Say why in "reason".', details: { field: 'reason' } });
}

export const modelHandlers: CoreHandlers<'models'> = {
  'models.champion': async (parts, { base_dir, model, as_of }, call) => {
    const registry = registryOf(parts, base_dir, call.confined);
    const shown = base_dir ?? modelPlaces.quality;
    if (as_of === undefined) return championAnswer(registry, shown, model);
    return championsAsOf(parts, asOfIndexes(parts, await parts.journal()), registry, shown, as_of, model);
  },
  'models.list': (parts, { base_dir }, call) => ({ base_directory: base_dir ?? modelPlaces.quality, models: modelRows(registryOf(parts, base_dir, call.confined)) }),
  'models.compare': async (parts, { base_dir, audit_dir, ...input }, call) =>
    compareModels(await surroundings(parts), registryOf(parts, base_dir, call.confined), auditOf(parts, audit_dir, call), input),
  'models.history': async (parts, { base_dir, audit_dir, model }, call) =>
    modelHistory(await surroundings(parts), registryOf(parts, base_dir, call.confined), auditOf(parts, audit_dir, call), model),
  'models.promote': (parts, input, call) => {
    reasonAsked(input.reason_from_challenger, call);
    return plan(parts, 'models.promote', input, call);
  },
  'models.promotion': async (parts, { id }) => promoteAnswer(parts.context, await promotionPlace(parts, id)),
  'models.rollback': (parts, input, call) => plan(parts, 'models.rollback', input, call),
  'models.pin': async (parts, input, call) => pinModel(await surroundings(parts), { ...input, actor: call.actor, confined: call.confined }),
  'models.unpin': async (parts, input, call) => unpinModel(await surroundings(parts), { ...input, actor: call.actor, confined: call.confined }),
  'models.diff': (parts, input, call) => {
    const answer = championDiff(parts.context, { ...input, confined: call.confined });
    return { ...answer, failed: input.fail_on_regression && answer.regressions.length > 0 };
  },
  'models.snapshot': async (parts, input, call) => snapshot(await surroundings(parts), snapshotRequest({ ...input, confined: call.confined }, process.env)),
};

export const modelPrinters: CorePrinters = {
  'models.champion': async (parts, input, call) => {
    const { base_dir, model, as_of } = input;
    if (as_of !== undefined) return [JSON.stringify(await modelHandlers['models.champion'](parts, input, call))];
    return [championLine(registryOf(parts, base_dir, call.confined), base_dir ?? modelPlaces.quality, model)];
  },
  'models.promotion': async (parts, { id }) => [promoteLine(parts.context, await promotionPlace(parts, id))],
  'models.snapshot': async (parts, input, call) => [snapshotLine(await surroundings(parts), snapshotRequest({ ...input, confined: call.confined }, process.env))],
};
