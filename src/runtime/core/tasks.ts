/**
 * What a running console does by itself: after its start it ends what crashes left in the decision loop, and every few
 * seconds it looks at schedule, guardrails and jobs.
 *
 * Promise: what fails in one part is told, and keeps no other part from its work.
 */
import type { Actor, Automation, AutomodeStatus, GuardrailReading } from '#contract';
import { nowMicros, readDecisions } from '#engines/decisions';
import { countedEvents, countedOf, type Counted } from './journalSeries.ts';
import { readPolicy } from '#engines/workspace';
import type { CoreParts } from './types.ts';

export interface Settled {
  /** Parts that could not be brought into order, each with why. */
  readonly failed: readonly { readonly part: string; readonly message: string }[];
  /** Parts in which a crash had left something, or another program a change that had not been noted. */
  readonly ended: readonly string[];
}

export interface LoopLook {
  readonly automation: Pick<Automation, 'state' | 'detail'>;
  readonly guardrail: Pick<GuardrailReading, 'state' | 'kill_switch' | 'triggers' | 'providers'>;
  readonly due: readonly string[];
  readonly next: AutomodeStatus['next'];
  readonly running: AutomodeStatus['running'];
  readonly failed: Settled['failed'];
}

export interface CoreTasks {
  readonly settle: Settled;
  readonly look: LoopLook;
  /** How many champions of other programs were noted. */
  readonly champions: number;
  readonly series: readonly Counted[];
}
export type CoreTask = keyof CoreTasks;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For "as of": a champion that another program made is in the operations journal from now on. */
async function champions(parts: CoreParts, actor: Actor): Promise<number> {
  const [{ observeChampions }, { automodeParts }, { modelsThen }] = await Promise.all([import('#engines/models'), import('./automodeHandlers.ts'), import('./modelHandlers.ts')]);
  const { models, registry } = await automodeParts(parts);
  if (registry().names().length === 0) return 0;
  return observeChampions(models, modelsThen(parts, await parts.journal()), registry(), actor);
}

async function settle(parts: CoreParts, actor: Actor): Promise<Settled> {
  const [automode, models, retraining, signoffs, training, { automodeParts }] = await Promise.all([
    import('#engines/automode'), import('#engines/models'), import('#engines/retraining'), import('#engines/signoffs'), import('#engines/training'),
    import('./automodeHandlers.ts'),
  ]);
  const [plans, journal, loop] = [await parts.plans(), await parts.journal(), await automodeParts(parts)];
  const recovery: Actor = { ...actor, door: 'recovery' };
  const steps: Readonly<Record<string, () => number | Promise<number>>> = {
    schedule: () => retraining.recoverSchedule(loop.training, recovery).length,
    trainings: () => training.recoverRuns(loop.training, recovery).filter(({ status }) => status !== 'running').length,
    automode: () => automode.recoverAutomode(loop, recovery).length,
    registry: () => models.recoverRegistry(loop.models, loop.registry()).length,
    champions: () => champions(parts, actor),
    // The history is read, and its lock taken, only where anybody ever began to sign.
    sign_offs: () => (journal.list({ limit: 1, type: [signoffs.signOffEntry] }).entries.length === 0 ? 0 : signoffs.recoverSignOffs(parts.context, {
      actor: recovery, journal: { append: (entry) => plans.record(entry), list: (query) => journal.list(query) },
    }).length),
    cycles: async () => (await automode.recoverCycles(loop, recovery)).length,
    observations: () => (retraining.noteObservations(loop.training, actor) ? 1 : 0),
  };
  const failed: { part: string; message: string }[] = [];
  const ended: string[] = [];
  for (const [part, work] of Object.entries(steps)) {
    try {
      if (await work() > 0) ended.push(part);
    } catch (error) {
      failed.push({ part, message: messageOf(error) });
    }
  }
  return { failed, ended };
}

async function look(parts: CoreParts, actor: Actor): Promise<LoopLook> {
  const [{ automationOf, guardrailReading, nextJobs, observeGuardrails }, { readSchedule, rulesOf, tickSchedule }, { automodeParts }] = await Promise.all([
    import('#engines/automode'), import('#engines/retraining'), import('./automodeHandlers.ts'),
  ]);
  const loop = await automodeParts(parts);
  const failed: { part: string; message: string }[] = [];
  const attempt = <T>(part: string, work: () => T, otherwise: () => T): T => {
    try {
      return work();
    } catch (error) {
      failed.push({ part, message: messageOf(error) });
      return otherwise();
    }
  };
  const writable = parts.readOnly === null;
  attempt('schedule', () => {
    const now = nowMicros(parts.context.clock);
    const { document, state } = readSchedule(parts.context, now, rulesOf(loop.training.config()));
    if (writable && document === 'ok' && state.pausedUntil !== null && state.pausedUntil <= now) tickSchedule(loop.training, actor);
  }, () => undefined);
  const reading = attempt('guardrails', () => (writable ? observeGuardrails(loop, actor).reading : guardrailReading(loop)), () => guardrailReading(loop));
  const automation = automationOf(loop);
  const { due, next, running } = await nextJobs(loop, automation);
  return {
    automation: { state: automation.state, detail: automation.detail },
    guardrail: { state: reading.state, kill_switch: reading.kill_switch, triggers: reading.triggers, providers: reading.providers },
    due: writable ? due : [], next, running, failed,
  };
}

const seedDays = 31;
const mostSeeds = 1_000;

/** Each series that the journal of the last month knows, once, with its last instant. */
function series(parts: CoreParts): readonly Counted[] {
  const { jobs } = readPolicy(parts.context).config.retraining;
  const modelOf = (job: string): string | null => jobs.find(({ name }) => name === job)?.model ?? null;
  const found = new Map<string, Counted>();
  readDecisions(parts.context, {
    events: countedEvents, maxFiles: seedDays,
    visit: (entry) => {
      const counted = countedOf(entry, modelOf);
      if (counted === null || counted.family === 'drift') return false;
      const { base, family } = counted;
      const key = JSON.stringify([family, base, counted.family === 'guardrail' ? counted.guardrails : counted.model]);
      const known = found.get(key);
      if (known === undefined || (counted.at ?? 0) > (known.at ?? 0)) found.set(key, counted);
      return found.size >= mostSeeds;
    },
  });
  return [...found.values()];
}

export async function runTask<N extends CoreTask>(parts: CoreParts, name: N, actor: Actor): Promise<CoreTasks[N]> {
  const tasks: { readonly [Each in CoreTask]: () => CoreTasks[Each] | Promise<CoreTasks[Each]> } = {
    settle: () => settle(parts, actor), look: () => look(parts, actor), champions: () => champions(parts, actor), series: () => series(parts),
  };
  return tasks[name]();
}
