/** A console that answers from a script, and surroundings that collect what a command prints. */
import { fail, isOperationName, succeed, type ConsoleErrorBody, type PlanView, type Result } from '#contract';
import type { CallOptions, OpenOptions } from '#runtime';
import type { CommandConsole, Sink, Surroundings } from '../../src/cli/io.ts';
import { answerOf } from '../support/double.ts';

export interface Call {
  readonly name: string;
  readonly input: unknown;
  readonly options: CallOptions;
}

export type Script = (call: Call) => unknown;

/** Text in pieces, which goes through the doors unread. */
const isPrinted = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && Symbol.iterator in answer;

/** What a script names of an answer stands; the rest is derived from the operation's entry, and the whole has to fit it. */
export class ScriptedConsole implements CommandConsole {
  readonly workspacePath = '/workspace';
  readonly calls: Call[] = [];
  closed = 0;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  async call(name: string, input: unknown, options: CallOptions): Promise<Result<unknown>> {
    const call = { name, input, options };
    this.calls.push(call);
    const answer = await this.#script(call);
    if (answer instanceof Refusal) return fail(answer.body);
    return succeed(isOperationName(name) && !isPrinted(answer) ? answerOf(name, answer as object) : answer);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

export class Refusal {
  readonly body: ConsoleErrorBody;

  constructor(code: ConsoleErrorBody['code'], message = 'refused', details: Record<string, unknown> = {}) {
    this.body = { code, message, remedy: '', details };
  }
}

export class CollectingSink implements Sink {
  text = '';
  readonly isTerminal: boolean;
  readonly columns = 80;

  constructor(isTerminal = false) {
    this.isTerminal = isTerminal;
  }

  write(text: string): Promise<boolean> {
    this.text += text;
    return Promise.resolve(true);
  }
}

export interface Stage extends Surroundings {
  readonly out: CollectingSink;
  readonly err: CollectingSink;
  readonly opened: OpenOptions[];
  readonly served: { readonly argv: readonly string[]; readonly workspace: string }[];
}

export interface StageOptions {
  readonly console?: CommandConsole;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

export function stage(argv: readonly string[], options: StageOptions = {}): Stage {
  const opened: OpenOptions[] = [];
  const served: { argv: readonly string[]; workspace: string }[] = [];
  return {
    argv,
    cwd: options.cwd ?? '/workspace',
    env: options.env ?? {},
    out: new CollectingSink(options.terminal === true),
    err: new CollectingSink(options.terminal === true),
    signal: options.signal ?? new AbortController().signal,
    opened,
    served,
    open: (open) => {
      opened.push(open);
      return Promise.resolve(options.console ?? new ScriptedConsole(() => new Refusal('INTERNAL', 'no console was expected')));
    },
    serve: (args, workspace) => {
      served.push({ argv: args, workspace });
      return Promise.resolve(0);
    },
    now: () => new Date('2026-11-20T12:00:00Z'),
  };
}

const actor = { name: 'anna', os_user: 'anna', host: 'desk', door: 'cli' } as const;

/** A plan of two files that is fresh and may be applied. */
export function planOf(changes: Partial<PlanView> = {}): PlanView {
  return {
    id: 'plan-aaaaaa', operation: 'reports.purge', input: {}, workspace_id: 'ws', host: 'desk',
    created_at: '2026-11-20T11:59:00Z', expires_at: '2026-11-20T12:09:00Z', author: actor, base: '/workspace/var/reports',
    policy: { approval: 'off', unapproved_minutes: 10, approved_hours: 24 }, confirmation: 'purge', permanent: false,
    trash_until: '2026-12-20T11:59:00Z', totals: { targets: 1, files: 2, directories: 1, bytes: 2048, reclaimed_bytes: 0 },
    facts: {}, protected: [], content_digest: 'c'.repeat(64), digest: 'd'.repeat(64), target_count: 1, planned_count: 1, item_count: 3, protected_count: 0,
    status: 'pending', valid_until: '2026-11-20T12:09:00Z',
    needs: [{ kind: 'fresh', met: true, detail: null }, { kind: 'not_empty', met: true, detail: null }],
    approval: null, rejection: null, requested: null, outcome: null, undo: null, can_undo: false, revision: 1,
    ...changes,
  };
}

export function outcomeOf(status: NonNullable<PlanView['outcome']>['status']): NonNullable<PlanView['outcome']> {
  return {
    status, started_at: '2026-11-20T12:00:00Z', ended_at: '2026-11-20T12:00:01Z', actor, done: 1, skipped: 0, failed: 0,
    files: 2, directories: 1, bytes: 2048, trash_id: 'trash-aaaaaa', evidence: ['audit/maintenance_logs/x.json'], error: null,
  };
}
