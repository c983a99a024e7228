/**
 * Which jobs are due, and what holds one up.
 *
 * Promise: one job's failures never hold up another; a pause, a failure of the bot's own, or a schedule that nobody can read
 * holds up all. A training that was done elsewhere counts for all jobs.
 */
import type { RetrainingJobConfig, RetrainingStatus } from '#contract';
import { addMicros, microsText, nowMicros, parseInstant, secondsMicros, type Micros } from '#engines/decisions';
import { retrainingStatus, scheduleEntryType } from '#engines/retraining';
import type { TrainingEngine } from './parts.ts';
import { readRecord, type JobRecord } from './record.ts';

export interface Block {
  readonly code: 'paused' | 'cooldown' | 'document' | 'not_due';
  readonly reason: string;
  /** False where not even a person's word lets the training begin. */
  readonly forceable: boolean;
}

interface Ground {
  readonly status: RetrainingStatus;
  readonly now: Micros;
  readonly tolerance: Micros;
  readonly records: ReadonlyMap<string, JobRecord>;
  /** When failures were last forgotten by a person, or a training was marked as done. */
  readonly forgiven: Micros | null;
  /** True where the cooldown of the schedule is the work of one of the console's own trainings. */
  readonly ownsCooldown: boolean;
}

const looked = 200;
const forgiving = new Set(['reset_failures', 'mark_executed']);

function forgivenAt(engine: TrainingEngine): Micros | null {
  const entry = engine.entries([scheduleEntryType], looked).find(({ stage, data }) => stage === 'outcome' && data['status'] === 'completed' && forgiving.has(String(data['act'])));
  return entry === undefined ? null : parseInstant(entry.at);
}

/**
 * Whether a failure of one of our jobs set the cooldown that the schedule has now. Acts are followed backwards, because a change
 * of the interval moves the cooldown; `last_failure` would not do, as a failure within another's cooldown moves it too.
 */
function ownsCooldown(engine: TrainingEngine, until: string | null): boolean {
  let wanted = until;
  const entries = engine.entries([scheduleEntryType], looked);
  const completed = new Set(entries.filter(({ stage, data }) => stage === 'outcome' && data['status'] === 'completed').map(({ subject }) => subject));
  for (const { stage, subject, data } of entries) {
    if (wanted === null) return false;
    if (stage !== 'intent' || !completed.has(subject) || cooldownIn(data['after']) !== wanted) continue;
    if (data['act'] === 'training_failed' && data['counted'] === true) return true;
    wanted = cooldownIn(data['before']);
  }
  return false;
}

function cooldownIn(fields: unknown): string | null {
  return typeof fields === 'object' && fields !== null && 'cooldown_until' in fields && typeof fields.cooldown_until === 'string' ? fields.cooldown_until : null;
}

function groundOf(engine: TrainingEngine): Ground {
  const config = engine.config();
  const records = new Map(config.jobs.map(({ name }) => [name, readRecord(engine.context, name)]));
  const status = retrainingStatus(engine.context, config);
  return {
    status, ownsCooldown: status.cooldown_active && ownsCooldown(engine, status.schedule?.cooldown_until ?? null), now: nowMicros(engine.context.clock), tolerance: secondsMicros(config.clock_tolerance_seconds), records,
    forgiven: [...records.values()].some(({ cooldown_until: until }) => until !== null) ? forgivenAt(engine) : null,
  };
}

const micros = (text: string | null | undefined): Micros | null => (text === null || text === undefined ? null : parseInstant(text));

/** The end of the job's own cooldown, or null where there is none that runs. */
function ownCooldown({ now, forgiven, tolerance }: Ground, record: JobRecord): Micros | null {
  const until = micros(record.cooldown_until);
  const failed = micros(record.last_failure);
  if (until === null || until <= now || failed === null || failed > now + tolerance) return null;
  return forgiven !== null && forgiven >= failed ? null : until;
}

/** The cooldown of the schedule, where no failure of our jobs set it. */
function foreignCooldown({ status, ownsCooldown: ours }: Ground): string | null {
  return !status.cooldown_active || status.schedule === null || ours ? null : status.schedule.cooldown_until;
}

function blockIn(ground: Ground, job: string): Block | null {
  const { status } = ground;
  if (status.document !== 'ok' && status.document !== 'missing') {
    return { code: 'document', reason: `the schedule ${status.path} is ${status.document}`, forceable: status.document === 'corrupt' };
  }
  if (status.paused) {
    const why = status.schedule?.paused_reason ?? null;
    return { code: 'paused', reason: `paused until ${status.schedule?.paused_until ?? ''}${why === null ? '' : ` (${why})`}`, forceable: true };
  }
  const record = ground.records.get(job);
  const own = record === undefined ? null : ownCooldown(ground, record);
  if (own !== null) return { code: 'cooldown', reason: `${job} failed and cools down until ${microsText(own)}`, forceable: true };
  const foreign = foreignCooldown(ground);
  return foreign === null ? null : { code: 'cooldown', reason: `a training failed and the schedule cools down until ${foreign}`, forceable: true };
}

/** The last training that counts for the job: its own, or one that was done elsewhere. Null where there is none to believe. */
function lastRunOf({ status, records, now, tolerance }: Ground, job: string): Micros | null {
  const believed = (at: Micros | null): Micros | null => (at !== null && at <= now + tolerance ? at : null);
  const own = believed(micros(records.get(job)?.last_success));
  const scheduled = believed(micros(status.schedule?.last_run));
  const foreign = scheduled !== null && [...records.values()].some(({ last_success: each }) => micros(each) === scheduled) ? null : scheduled;
  if (own === null || foreign === null) return own ?? foreign;
  return own > foreign ? own : foreign;
}

function holdUp(ground: Ground, job: string): Block | null {
  const block = blockIn(ground, job);
  if (block !== null) return block;
  const last = lastRunOf(ground, job);
  const interval = ground.status.interval_seconds;
  if (last === null || interval === null) return null;
  const next = addMicros(last, secondsMicros(interval));
  return ground.now >= next ? null : { code: 'not_due', reason: `${job} is next due at ${microsText(next)}`, forceable: true };
}

/** What keeps a person from starting the job without `force`, or null. */
export const blockOf = (engine: TrainingEngine, job: string): Block | null => blockIn(groundOf(engine), job);

/** What keeps the loop from starting the job, or null. */
export const dueBlockOf = (engine: TrainingEngine, job: string): Block | null => holdUp(groundOf(engine), job);

/** Jobs to start now, in the order of the configuration. Asking changes nothing. */
export function dueJobs(engine: TrainingEngine): readonly RetrainingJobConfig[] {
  const ground = groundOf(engine);
  return engine.config().jobs.filter(({ name }) => holdUp(ground, name) === null);
}

export interface NextTime {
  readonly job: string;
  /** When the job is due, not earlier than now; null where nobody can tell before the schedule is repaired. */
  readonly at: Micros | null;
  readonly block: Block | null;
}

function nextIn(ground: Ground, job: string): NextTime {
  const { status, now } = ground;
  const block = holdUp(ground, job);
  if (block === null) return { job, at: now, block: null };
  if (block.code === 'document') return { job, at: null, block };
  const last = lastRunOf(ground, job);
  const record = ground.records.get(job);
  const interval = status.interval_seconds;
  const ends = [
    last === null || interval === null ? null : addMicros(last, secondsMicros(interval)), record === undefined ? null : ownCooldown(ground, record),
    micros(foreignCooldown(ground)), status.paused ? micros(status.schedule?.paused_until) : null,
  ];
  return { job, at: ends.reduce<Micros>((latest, end) => (end !== null && end > latest ? end : latest), now), block };
}

/** When each job is due next and what holds it up, in the order of the configuration. */
export function nextTimes(engine: TrainingEngine): readonly NextTime[] {
  const ground = groundOf(engine);
  return engine.config().jobs.map(({ name }) => nextIn(ground, name));
}

export interface JobState {
  readonly job: string;
  /** Failures in a row that nobody has forgiven. */
  readonly streak: number;
  /** The end of the job's own cooldown while it runs. */
  readonly cooldown: Micros | null;
  readonly next: Micros | null;
}

/** How each job stands, in the order of the configuration. */
export function jobStates(engine: TrainingEngine): readonly JobState[] {
  const ground = groundOf(engine);
  return [...ground.records].map(([job, record]) => {
    const failed = micros(record.last_failure);
    const forgiven = ground.forgiven !== null && failed !== null && ground.forgiven >= failed;
    return { job, streak: forgiven ? 0 : record.failure_streak, cooldown: ownCooldown(ground, record), next: nextIn(ground, job).at };
  });
}
