/** Retraining: the schedule that bot and console share, its acts, the feeds and the configured jobs. */
export {
  changeInterval, markExecuted, markFailure, pauseRetraining, recordSuccess, resetFailures, resumeRetraining, tickSchedule,
  type ExecutedRequest, type PauseRequest, type ResetRequest, type TrainingFailure, type TrainingSuccess,
} from './actions.ts';
export { type RunContext } from './decisionEvents.ts';
export { lockedSchedule, readSchedule, scheduleBytes, scheduleFields, scheduleFile, schedulePath } from './document.ts';
export { parseDuration } from './duration.ts';
export { feedColumns, visitFeedRows, type FeedRow } from './feedRows.ts';
export { checkFeeds, feedStatus, type FeedsChecked } from './feeds.ts';
export { listJobs, trainingLogs, type JobsListed, type JobTimes } from './jobs.ts';
export { noteObservations, observationType } from './observations.ts';
export { scheduleEntryType, type RetrainingEngine } from './parts.ts';
export { readScheduleBytes, type ScheduleReading } from './reading.ts';
export { recoverSchedule, unfinishedActs, type RecoveredAct } from './recover.ts';
export { isDue, nextRun, rulesOf, type ScheduleRules, type ScheduleState } from './state.ts';
export { escalationStreak, retrainingStatus, statusOf } from './status.ts';
