/** AutoMode: whether the decision loop runs by itself, its guardrails, its cycles, and what stood when. */
export { killAutomode, pauseAutomode, releaseAutomode, resumeAutomode, type PauseRequest, type ReasonRequest } from './acts.ts';
export { addAsOfEntries, asOfEntryTypes, automodeAsOf, openAutomodeAsOf, type AsOfIndexes } from './asOf.ts';
export { automationOf } from './automation.ts';
export { runCycle, type CycleDone, type CycleRequest } from './cycle.ts';
export { listCycles, recoverCycles } from './cycleRecords.ts';
export { automodeFile, readAutomode, type AutomodeDocument, type DocumentReading } from './document.ts';
export { recoverAutomode, type RecoveredAct } from './engine.ts';
export { automodeEvents } from './events.ts';
export { guardrailGate, inForce, type InForce } from './gate.ts';
export { exchangeTrigger, guardrailReading, judgeGuardrails, releaseOf, type GuardrailFacts } from './guardrails.ts';
export { nextJobs, type NextJobs } from './next.ts';
export { observeGuardrails, type Observed } from './observe.ts';
export { overrideFolder, readOverrides } from './overrides.ts';
export { cycleEntryType, guardrailEntryType, stateEntryType, type AutomodeParts, type CycleProgress, type CycleStage, type ReadingParts } from './parts.ts';
export { compareQuality, qualityReport } from './report.ts';
export { ruleTable, type Guardrails } from './rules.ts';
export { guardrailShareLines, guardrailShares, type BothShares, type ShareLines } from './shares.ts';
export { automodeStatus } from './status.ts';
