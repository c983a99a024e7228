/** Plans: what will happen, approved, applied once, undone, recovered. */
export { applyPlan, undoPlan, type ActRequest, type ApplyRequest } from './apply.ts';
export { approved, begins, isProven, type Approval } from './approval.ts';
export { createPlan, type CreateRequest } from './create.ts';
export { digestOf, planIds, readPlan, readResults, readState } from './documents.ts';
export { driftOf } from './drift.ts';
export type { JournalRecord, PlansEngine } from './engine.ts';
export { writeEvidence, writeLogLine, type LogLine } from './evidence.ts';
export { approvePlan, rejectPlan, requestApproval, type ApproveRequest } from './lifecycle.ts';
export * from './provider.ts';
export { checkPlan, exportPlan, listPlans, planItems, planTargets, showPlan } from './queries.ts';
export { interruptedPlans, recoverPlans } from './recover.ts';
