/** The background loop starts what is due, each in its own time, and stops what it has to stop. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConsoleError } from '#contract';
import { silentLog } from '#engines/storage';
import type { LoopLook } from '../../src/runtime/core/tasks.ts';
import { startLoop, type BackgroundLoop } from '../../src/runtime/front/loop.ts';
import type { Backend, RunRequest } from '../../src/runtime/threads/pool.ts';
import { actorNamed } from '../support/workspace.ts';
import { until } from '../prometheus/support.ts';

interface Started {
  readonly job: string;
  readonly request: RunRequest;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

let started: Started[] = [];
let due: readonly string[] = [];
let state: LoopLook['automation']['state'] = 'on';
let lookFails: Error | null = null;
let looks: (LoopLook | null)[] = [];
let time = 0;
let loop: BackgroundLoop | null = null;

const backend: Pick<Backend, 'run' | 'task'> = {
  run: (request) => new Promise((resolve, reject) => {
    const stop = (): void => reject(new ConsoleError('CANCELLED', 'Stopped on request.'));
    request.signal?.addEventListener('abort', stop, { once: true });
    started.push({ job: (request.input as { readonly job: string }).job, request, succeed: () => resolve(null), fail: reject });
  }),
  task: (async () => {
    if (lookFails !== null) throw lookFails;
    return {
      automation: { state, detail: null }, guardrail: { state: 'off', kill_switch: false, triggers: [], providers: [] }, due, next: [], running: [], failed: [],
    } satisfies LoopLook;
  }) as Backend['task'],
};

function open(): BackgroundLoop {
  [started, due, state, lookFails, looks, time] = [[], [], 'on', null, [], 0];
  loop = startLoop({ backend, actor: { ...actorNamed('loop'), door: 'loop' }, log: silentLog, timeoutOf: () => 60, onLook: (look) => void looks.push(look), everyMs: 10, now: () => time });
  return loop;
}
afterEach(async () => {
  await loop?.stop();
  loop = null;
});

const jobs = (): readonly string[] => started.map(({ job }) => job);
const begun = (...names: readonly string[]): Promise<unknown> => until(names.join(), async () => (JSON.stringify(jobs()) === JSON.stringify(names) ? true : null), 10);
const someLooks = async (): Promise<void> => {
  const from = looks.length;
  await until('more looks', async () => (looks.length > from + 3 ? true : null), 10);
};

describe('the background loop', () => {
  it('starts each due job once, with the door of the loop and under a limit', async () => {
    open();
    due = ['a'];
    await begun('a');
    await someLooks();
    expect(jobs()).toEqual(['a']);
    expect(started[0]?.request).toMatchObject({ name: 'automode.cycle', input: { job: 'a', force: false }, actor: { door: 'loop' }, confined: true, patienceMs: 15_000 });
  });

  it('has at most two at once, and lets no slow or hanging one keep others waiting for ever', async () => {
    open();
    due = ['a', 'b', 'c'];
    await begun('a', 'b');
    await someLooks();
    expect(jobs()).toEqual(['a', 'b']);
    started[1]?.succeed();
    await begun('a', 'b', 'c');
    due = ['a', 'b', 'c', 'd'];
    await someLooks();
    expect(jobs()).toEqual(['a', 'b', 'c']);
    time = 11 * 60_000;
    await until('the one behind two slow ones', async () => (jobs().includes('d') ? true : null), 10);
  });

  it('goes on after a failure, and tries the failed one ever more rarely', async () => {
    open();
    due = ['bad', 'good'];
    await begun('bad', 'good');
    started[0]?.fail(new Error('the disk is full'));
    started[1]?.succeed();
    due = ['bad'];
    await someLooks();
    expect(jobs()).toEqual(['bad', 'good']);
    time += 30;
    await begun('bad', 'good', 'bad');
    started[2]?.fail(new Error('still'));
    await someLooks();
    time += 30;
    await someLooks();
    expect(started.length).toBe(3);
    time += 30;
    await begun('bad', 'good', 'bad', 'bad');
  });

  it('stops what runs when the kill switch is engaged, and starts nothing while automation is held up', async () => {
    open();
    due = ['a'];
    await begun('a');
    [state, due] = ['killed', []];
    await until('the stop', async () => (started[0]?.request.signal?.aborted === true && loop?.running.length === 0 ? true : null), 10);
    state = 'paused';
    await someLooks();
    expect(jobs()).toEqual(['a']);
  });

  it('lets a pause not stop what runs', async () => {
    open();
    due = ['a'];
    await begun('a');
    [state, due] = ['paused', []];
    await someLooks();
    expect(started[0]?.request.signal?.aborted).toBe(false);
  });

  it('says when it cannot look, and looks again', async () => {
    open();
    lookFails = new Error('the worker ended');
    await until('a failed look', async () => (looks.includes(null) ? true : null), 10);
    lookFails = null;
    due = ['a'];
    await begun('a');
  });

  it('stops what runs when the console is closed, and starts nothing after', async () => {
    const opened = open();
    due = ['a', 'b', 'c'];
    await begun('a', 'b');
    await opened.stop();
    expect(started.map(({ request }) => request.signal?.aborted)).toEqual([true, true]);
    expect(opened.running).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(jobs()).toEqual(['a', 'b']);
  });
});
