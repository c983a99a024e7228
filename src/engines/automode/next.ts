/** Which jobs the loop would start next, and when. Promise: asking changes nothing, and says the same as the loop would do. */
import type { Automation, AutomodeStatus } from '#contract';
import { nowMicros, parseInstant, type Micros } from '#engines/decisions';
import { isLockHeld, type EngineContext } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { automationOf } from './automation.ts';
import { cycleLock } from './cycleRecords.ts';
import { zoned } from './instants.ts';
import type { AutomodeParts } from './parts.ts';

export interface NextJobs {
  /** Names of jobs to be started now, in the order of the configuration; empty while anything holds automation up. */
  readonly due: readonly string[];
  readonly next: AutomodeStatus['next'];
  readonly running: AutomodeStatus['running'];
}

/** When automation goes on by itself: at the end of a pause, or of overrides that all have one. Null where a person must act. */
function resumesAt(automation: Automation, now: Micros): Micros | null {
  if (automation.state === 'on') return now;
  const end = (text: string | null | undefined): Micros | null => (text === null || text === undefined ? null : parseInstant(text));
  const pause = automation.pause === null ? now : end(automation.pause.until);
  if (automation.state === 'paused') return pause;
  if (automation.state !== 'overridden' || pause === null) return null;
  const ends = automation.overrides.filter(({ status }) => status !== 'expired').map((each) => (each.status === 'active' ? end(each.expires_at) : null));
  return ends.reduce<Micros | null>((latest, each) => (latest === null || each === null ? null : each > latest ? each : latest), pause);
}

async function runningJobs(context: EngineContext, jobs: readonly string[]): Promise<AutomodeStatus['running']> {
  const { jobLock, readRecord } = await import('#engines/training');
  const locks = placeOf(context, 'locks');
  return jobs.flatMap((job) => {
    const { run } = readRecord(context, job);
    if (run === null || !(isLockHeld(locks, jobLock(job)) || isLockHeld(locks, cycleLock(job)))) return [];
    return [{ job, since: run.started_at, run_id: run.id, by: run.actor.name }];
  });
}

export async function nextJobs(parts: AutomodeParts, automation: Automation = automationOf(parts)): Promise<NextJobs> {
  const { nextTimes } = await import('#engines/training');
  const now = nowMicros(parts.context.clock);
  const times = nextTimes(parts.training);
  const running = await runningJobs(parts.context, times.map(({ job }) => job));
  const resumes = resumesAt(automation, now);
  const next = times.map(({ job, at, block }) => {
    if (running.some((each) => each.job === job)) return { job, at: null, block: 'running' };
    const when = at === null || resumes === null ? null : at > resumes ? at : resumes;
    const held = automation.state === 'on' ? null : `automation_${automation.state}`;
    return { job, at: when === null ? null : zoned(when), block: block?.code ?? held };
  });
  return { running, next, due: automation.state === 'on' ? next.filter(({ block }) => block === null).map(({ job }) => job) : [] };
}
