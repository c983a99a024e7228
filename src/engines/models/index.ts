/** Models: the registry of champions and challengers, who may change it, and what stood in it when. */
export { asOf, entryMicros, openAsOf, proofHolds, wholeStateFacet, type AsOf, type AsOfIndex, type Facet, type FacetChange, type Proof } from './asOf.ts';
export {
  approvalRequired, autoPromote, recordReport, type AutoPromotionRequest, type AutoPromotionSummary, type ChampionDecision, type ModelDecision, type RecordRequest, type RegistryPlaces,
} from './automatic.ts';
export { settleFolder, type Change, type Settled } from './commit.ts';
export { compareMetrics, compareParameters, directionOf, type MetricRow, type ParameterRow } from './comparison.ts';
export { championDiff, type DiffAnswer, type DiffRequest, type Regression } from './diff.ts';
export { blockerText, readGates, type Blocker, type GateReading, type Gates, type GuardrailState, type SignOffState } from './gates.ts';
export {
  addEntries, championFacet, championsAsOf, modelEntryTypes, openModelsThen, pinFacet, type ChampionThen, type ModelsThen, type ModelsThenAnswer, type PinThen,
} from './modelFacets.ts';
export { observeModels } from './observations.ts';
export { promoteAnswer, promoteLine, promotionOfPlan, type PromoteAnswer, type PromotionPlace } from './output.ts';
export { championAnswer, championLine, modelRow, modelRows, type ChampionAnswer, type ModelOverview, type ModelRow } from './overview.ts';
export type { ChangeMode, DecisionFields, ModelChanged, ModelRecord, ModelsParts } from './parts.ts';
export { pinModel, unpinModel, type PinAnswer, type PinRequest } from './pinning.ts';
export { holds, pinOf, type Pin } from './pins.ts';
export { askedNames, defaults as modelPlaces, fileNames, folderOf as modelsFolder, isModelName } from './places.ts';
export { promoteProvider, rollbackProvider, type PromoteInput, type RollbackInput } from './promotion.ts';
export {
  float, isArray, isObject, JsonNumber, jsonObject, jsonOf, plainObject, plainOf, printJson, printLine, readJson, type JsonObject, type JsonValue, type ReadJson,
} from './pythonJson.ts';
export { compareModels, modelHistory, type Comparison, type ModelHistory, type PromotionRecord } from './queries.ts';
export { interruptedModels, recoverRegistry } from './recovery.ts';
export { openRegistry, type ModelState, type Registry } from './registry.ts';
export { betterIn, scoreDelta, scoreOf, type Score, type ScorePart } from './score.ts';
export {
  autoDecision, bestChallenger, failedCondition, reportDecision, runtimeChoice, type AutoDecision, type CycleFacts, type FailedCondition, type Hold, type ReportDecision, type RuntimeChoice,
} from './selection.ts';
export { recommendedPromotion, snapshot, snapshotLine, snapshotRequest, type Snapshot, type SnapshotRequest } from './snapshot.ts';
