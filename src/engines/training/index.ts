/** Training: jobs that really train, one run of each at a time, and what they leave behind. */
export { dueJobs, nextTimes, type Block, type NextTime } from './due.ts';
export { boundsFinding, completenessFinding, driftFinding, type DriftFacts, type Finding } from './findings.ts';
export { distanceOf, ksOf, psiOf } from './drift.ts';
export { buildDataset, featureDefinitions, featureNames, type Dataset } from './features.ts';
export { runEntryType } from './finish.ts';
export { changeAllIntervals, jobTimes, resetAllFailures, withJobs } from './jobFailures.ts';
export { tailLog, type LogQuery, type LogTail } from './log.ts';
export { commandOptionsSchema, embeddedOptionsSchema, type CommandOptions, type EmbeddedOptions } from './options.ts';
export { TrainingError, type RunRequest, type TrainingEngine } from './parts.ts';
export { readRecord, recordFolder, type JobRecord } from './record.ts';
export { resultOf, runExitCodes, type RunResult, type RunStatus } from './result.ts';
export { runJob } from './run.ts';
export { jobLock, recoverRuns, type Recovery, type Settled } from './settle.ts';
export { train, type Trained } from './trainer.ts';
export { walkForward, type WalkForward } from './walkForward.ts';
