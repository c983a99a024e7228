/**
 * What a running console does by itself: after its start it ends what crashes left in the decision loop, and every few
 * seconds it looks at schedule, guardrails and jobs.
 *
 * Promise: what fails in one part is told, and keeps no other part from its work.
 */
import type { Actor, Automation, AutomodeStatus, GuardrailReading } from '#contract';
import { nowMicros, readDecisions } from '#engines/decisions';
import { countedEvents, countedOf, type Counted } from './journalSeries.ts';
import { missedChanges, type Missed } from './news.ts';
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

export interface Observed {
  readonly noted: number;
  readonly failed: Settled['failed'];
}

export interface CoreTasks {
  readonly settle: Settled;
  readonly look: LoopLook;
  /** Notes of what other programs did to champions, pins and sign-offs. */
  readonly observations: Observed;
  readonly series: readonly Counted[];
  /** Changes of champion that nobody was told of while no console was running. */
  readonly missed: Missed;
}
export type CoreTask = keyof CoreTasks;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For "as of": what another program does to champions and pins is in the operations journal from now on. */
async function registryNotes(parts: CoreParts, actor: Actor): Promise<number> {
  const [{ observeModels }, { automodeParts }, { asOfIndexes }] = await Promise.all([import('#engines/models'), import('./automodeHandlers.ts'), import('./asOfView.ts')]);
  const [{ models, registry }, journal] = [await automodeParts(parts), await parts.journal()];
  return observeModels(models, () => asOfIndexes(parts, journal), registry(), actor);
}

async function signOffNotes(parts: CoreParts, actor: Actor): Promise<number> {
  const [{ observeSignOffs }, { automodeParts }, { asOfIndexes }] = await Promise.all([import('#engines/automode'), import('./automodeHandlers.ts'), import('./asOfView.ts')]);
  const journal = await parts.journal();
  return observeSignOffs(await automodeParts(parts), () => asOfIndexes(parts, journal), actor);
}

async function observations(parts: CoreParts, actor: Actor): Promise<Observed> {
  const failed: { part: string; message: string }[] = [];
  let noted = 0;
  for (const [part, work] of Object.entries({ registry: registryNotes, sign_offs: signOffNotes })) {
    try {
      noted += await work(parts, actor);
    } catch (error) {
      failed.push({ part, message: messageOf(error) });
    }
  }
  return { noted, failed };
}

async function settle(parts: CoreParts, actor: Actor): Promise<Settled> {
  const [automode, models, retraining, signoffs, training, { automodeParts }, { asOfIndexes }] = await Promise.all([
    import('#engines/automode'), import('#engines/models'), import('#engines/retraining'), import('#engines/signoffs'), import('#engines/training'),
    import('./automodeHandlers.ts'), import('./asOfView.ts'),
  ]);
  const [plans, journal, loop] = [await parts.plans(), await parts.journal(), await automodeParts(parts)];
  const recovery: Actor = { ...actor, door: 'recovery' };
  const steps: Readonly<Record<string, () => number | Promise<number>>> = {
    schedule: () => retraining.recoverSchedule(loop.training, recovery).length,
    trainings: () => training.recoverRuns(loop.training, recovery).runs.filter(({ status }) => status !== 'running').length,
    automode: () => automode.recoverAutomode(loop, recovery).length,
    registry: () => models.recoverRegistry(loop.models, loop.registry()).length,
    champions: () => registryNotes(parts, actor),
    // The history is read, and its lock taken, only where anybody ever began to sign.
    sign_offs: () => (journal.list({ limit: 1, type: [signoffs.signOffEntry] }).entries.length === 0 ? 0 : signoffs.recoverSignOffs(parts.context, {
      actor: recovery, journal: { append: (entry) => plans.record(entry), list: (query) => journal.list(query) },
    }).length),
    cycles: async () => (await automode.recoverCycles(loop, recovery)).length,
    signatures: () => signOffNotes(parts, actor),
    overrides: () => automode.recoverOverrides(loop, () => asOfIndexes(parts, journal)),
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
  const [{ automationOf, guardrailReading, nextJobs, observeGuardrails, observeOverrides, observeSchedule }, { readSchedule, rulesOf, tickSchedule }, { automodeParts }, { asOfIndexes }] = await Promise.all([
    import('#engines/automode'), import('#engines/retraining'), import('./automodeHandlers.ts'), import('./asOfView.ts'),
  ]);
  const [loop, journal] = [await automodeParts(parts), await parts.journal()];
  const then = (): ReturnType<typeof asOfIndexes> => asOfIndexes(parts, journal);
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
    return writable ? observeSchedule(loop, then, actor) : 0;
  }, () => 0);
  attempt('overrides', () => (writable ? observeOverrides(loop, then, actor) : 0), () => 0);
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
    settle: () => settle(parts, actor), look: () => look(parts, actor), observations: () => observations(parts, actor), series: () => series(parts),
    missed: () => missedChanges(parts.context),
  };
  return tasks[name]();
}
