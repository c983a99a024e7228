/** The earlier scheduler's answers, replayed. Where the correction of a known weakness wins, a table says which and why. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { microsText, parseInstant, secondsOf, type Micros } from '#engines/decisions';
import {
  changeInterval, isDue, markExecuted, markFailure, nextRun, pauseRetraining, readSchedule, resumeRetraining, rulesOf, scheduleFields,
} from '#engines/retraining';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { configOf, fileOf, openBench, person, scheduleText, type Bench } from './support.ts';

const stateSchema = z.record(z.string(), z.unknown());
const stepSchema = z.object({
  call: z.string(), args: z.record(z.string(), z.unknown()), clock: z.string(), return: z.unknown(), error: z.object({ type: z.string() }).nullable(),
  file: z.unknown(), memory: stateSchema.nullish(),
});
const sequencesSchema = z.object({
  sequences: z.array(z.object({
    id: z.string(), group: z.string(), title: z.string(),
    initial_file: z.object({ json: z.unknown().optional(), text: z.string().optional() }).nullable(),
    constructor: z.object({ interval_seconds: z.number(), initial: stateSchema }),
    construct: z.object({ clock: z.string(), error: z.object({ type: z.string() }).nullable() }),
    steps: z.array(stepSchema),
  })),
});
type Sequence = z.infer<typeof sequencesSchema>['sequences'][number];
type Step = z.infer<typeof stepSchema>;

const { sequences } = sequencesSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/scheduler_sequences.json'), 'utf8')));

/** Whole sequences that ask for what the console does not have. */
const exceptions: Readonly<Record<string, string>> = {
  S016: 'a program cannot hand its own past to the console: the document is the only state',
  S039: 'same: the streak comes from the document, where a negative one is not accepted',
  S081: 'same: there is no second state to merge the document with',
};

/** Single calls. */
const callExceptions: Readonly<Record<string, string>> = {
  configured_interval: 'the interval of the document is the only one; there is no second one kept beside it',
};

const textAt = (value: unknown): Micros => {
  const at = typeof value === 'string' ? parseInstant(value) : null;
  if (at === null) throw new Error(`no instant: ${String(value)}`);
  return at;
};

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

class Replay {
  private readonly clock = { at: 0 };
  private readonly workspace: TestWorkspace;
  private bench: Bench;

  constructor(workspace: TestWorkspace, sequence: Sequence) {
    this.workspace = workspace;
    this.bench = this.open(sequence.constructor.interval_seconds);
    this.set(sequence.construct.clock);
    if (sequence.initial_file !== null) this.write(sequence.initial_file);
  }

  private open(seconds: number): Bench {
    return openBench({ root: this.workspace.root, clock: this.clock, config: { interval_seconds: seconds } });
  }

  set(clock: string): void {
    this.clock.at = Number(textAt(clock) / 1000n);
  }

  write(content: { readonly json?: unknown; readonly text?: string | undefined }): void {
    const path = fileOf(this.workspace.root);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content.text ?? JSON.stringify(content.json));
  }

  run({ call, args, clock }: Step): unknown {
    const { engine, context, config } = this.bench;
    const now = textAt(args['now'] ?? clock);
    const rules = rulesOf(config);
    const state = () => readSchedule(context, now, rules).state;
    const run = { job: 'test', at: textAt(args['when'] ?? clock) };
    switch (call) {
      case 'should_retrain': return isDue(state(), now, rules);
      case 'next_run': return microsText(nextRun(state(), now, rules));
      case 'export_state': return scheduleFields(state(), now, rules);
      case 'mark_executed': return void markExecuted(engine, { actor: person, at: run.at });
      case 'mark_failure': return void this.fail(optionalText(args['reason']), run);
      case 'pause': return void pauseRetraining(engine, {
        actor: person, until: optionalText(args['until']), reason: optionalText(args['reason']),
        duration: typeof args['duration_seconds'] === 'number' ? `${args['duration_seconds']}s` : undefined,
      });
      case 'resume': return void resumeRetraining(engine, { actor: person });
      case 'update_interval': return void changeInterval(engine, { actor: person, interval: `${String(args['interval_seconds'])}s` });
      case 'reload': return void (this.bench = typeof args['interval_seconds'] === 'number' ? this.open(args['interval_seconds']) : this.bench);
      case 'write_file': return this.write(args['content'] as { readonly json?: unknown; readonly text?: string });
      default: throw new Error(`unknown call ${call}`);
    }
  }

  /** The earlier interface took the reason as one text, or none; ours composes it of type and message. */
  private fail(reason: string | undefined, run: { readonly job: string; readonly at: Micros }): void {
    const [errorType = '', ...message] = (reason ?? '').split(': ');
    markFailure(this.bench.engine, { actor: person, run, errorType, errorMessage: message.join(': ') });
  }

  memory(clock: string): Readonly<Record<string, unknown>> {
    const now = textAt(clock);
    const { state } = readSchedule(this.bench.context, now, rulesOf(this.bench.config));
    const text = (at: Micros | null): string | null => (at === null ? null : microsText(at));
    return {
      interval: secondsOf(state.interval), last_run: text(state.lastRun), updated_at: text(state.updatedAt), last_failure: text(state.lastFailure),
      failure_streak: state.failureStreak, last_failure_reason: state.lastFailureReason, cooldown_until: text(state.cooldownUntil),
      paused_until: text(state.pausedUntil), paused_reason: state.pausedReason,
    };
  }

  file(): unknown {
    const text = scheduleText(this.workspace.root);
    return text === null ? null : JSON.parse(text);
  }
}

describe('the earlier scheduler', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());

  for (const sequence of sequences) {
    if (exceptions[sequence.id] !== undefined) continue;
    it(`${sequence.id} ${sequence.title}: is answered alike`, () => {
      if (sequence.construct.error !== null) {
        expect(() => configOf({ interval_seconds: sequence.constructor.interval_seconds })).toThrow(z.ZodError);
        return;
      }
      const replay = new Replay(workspace, sequence);
      for (const [n, step] of sequence.steps.entries()) {
        if (callExceptions[step.call] !== undefined) continue;
        const where = `${sequence.id} step ${n} ${step.call}`;
        replay.set(step.clock);
        if (step.error !== null) expect(() => replay.run(step), where).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
        else {
          const answer = replay.run(step);
          if (['should_retrain', 'next_run', 'export_state'].includes(step.call)) expect(answer, where).toEqual(step.return);
        }
        expect(replay.file(), `${where}: file`).toEqual(step.file ?? null);
        if (step.call !== 'write_file') expect(replay.memory(step.clock), `${where}: state`).toEqual(step.memory);
      }
    });
  }

  it('has no exception for a sequence or call that does not exist', () => {
    expect(Object.keys(exceptions).filter((id) => !sequences.some((sequence) => sequence.id === id))).toEqual([]);
    const calls = new Set(sequences.flatMap(({ steps }) => steps.map(({ call }) => call)));
    expect(Object.keys(callExceptions).filter((call) => !calls.has(call))).toEqual([]);
  });
});
