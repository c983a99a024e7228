import { describe, expect, it, vi } from 'vitest';
import { succeed, type Message, type Progress, type Result } from '#contract';
import { silentLog } from '#engines/storage';
import type { CallOptions } from '#runtime';
import { maximumCalls, openConnection } from '../../src/hosts/connection.ts';
import { paceProgress } from '../../src/hosts/pace.ts';

interface Started {
  readonly name: string;
  readonly input: unknown;
  readonly options: CallOptions;
  readonly end: (result: Result<unknown>) => void;
}

function harness() {
  const sent: Message[] = [];
  const started: Started[] = [];
  const connection = openConnection({
    call: (name, input, options) => new Promise((end) => started.push({ name, input, options, end })),
    send: (message) => sent.push(message),
    log: silentLog,
  });
  const call = (id: number, operation: string) => connection.receive({ type: 'call', id, operation, input: { id } });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { sent, started, connection, call, settle };
}

const step = (done: number): Progress => ({ phase: 'walk', done, total: null, bytes_done: 0, bytes_total: null, item: null });

describe('a connection of a page', () => {
  it('calls with the rights of a window and answers under the same number', async () => {
    const { sent, started, call, settle } = harness();
    call(7, 'console.snapshot');
    expect(started[0]).toMatchObject({ name: 'console.snapshot', input: { id: 7 }, options: { door: 'window' } });
    started[0]?.end(succeed('x'));
    await settle();
    expect(sent).toEqual([{ type: 'result', id: 7, result: { ok: true, value: 'x' } }]);
  });

  it.each([
    null, 1, 'call', [], {}, { type: 'call' }, { type: 'call', id: -1, operation: 'a', input: {} }, { type: 'call', id: 1.5, operation: 'a', input: {} },
    { type: 'call', id: 1, operation: 5, input: {} }, { type: 'call', id: 1, operation: 'x'.repeat(101), input: {} },
    { type: 'call', id: 1, operation: 'a', input: {}, door: 'cli' }, { type: 'cancel', id: '1' }, { type: 'event', event: {} },
  ])('drops what is no request: %j', (raw) => {
    const { started, sent, connection } = harness();
    connection.receive(raw);
    expect(started).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('stops exactly the call that is named', () => {
    const { started, call, connection } = harness();
    call(1, 'workspace.check');
    call(2, 'workspace.check');
    connection.receive({ type: 'cancel', id: 2 });
    connection.receive({ type: 'cancel', id: 99 });
    expect(started.map((each) => each.options.signal?.aborted)).toEqual([false, true]);
  });

  it('starts no second call under the number of a running one', () => {
    const { started, call } = harness();
    call(1, 'workspace.check');
    call(1, 'reports.list');
    expect(started).toHaveLength(1);
  });

  it('answers BUSY beyond the limit and goes on when calls have ended', async () => {
    const { started, sent, call, settle } = harness();
    for (let id = 0; id <= maximumCalls; id += 1) call(id, 'reports.list');
    expect(started).toHaveLength(maximumCalls);
    expect(sent[0]).toMatchObject({ type: 'result', id: maximumCalls, result: { ok: false, error: { code: 'BUSY' } } });
    started[0]?.end(succeed(null));
    await settle();
    call(maximumCalls + 1, 'reports.list');
    expect(started).toHaveLength(maximumCalls + 1);
  });

  it('takes its queries along when it closes and lets commands end', async () => {
    const { started, sent, call, connection, settle } = harness();
    call(1, 'reports.list');
    call(2, 'plans.apply');
    connection.close();
    expect(started.map((each) => each.options.signal?.aborted)).toEqual([true, false]);
    expect(connection.actsUnderWay()).toBe(1);
    started[1]?.end(succeed(null));
    connection.deliver({ revision: 1, name: 'trash.changed', payload: {} });
    await settle();
    expect(sent).toEqual([]);
    expect(connection.actsUnderWay()).toBe(0);
  });

  it('stops long acts and waits for short ones when the program ends', async () => {
    const { started, call, connection, settle } = harness();
    call(1, 'plans.apply');
    call(2, 'console.save_preferences');
    call(3, 'reports.list');
    let over = false;
    const end = (async () => {
      await connection.end();
      over = true;
    })();
    expect(started.map((each) => each.options.signal?.aborted)).toEqual([true, false, false]);
    started[0]?.end(succeed(null));
    await settle();
    expect(over).toBe(false);
    started[1]?.end(succeed(null));
    await end;
    expect(over).toBe(true);
  });

  it('asks about long acts only', () => {
    const { call, connection } = harness();
    for (const [id, name] of ['reports.list', 'reports.purge', 'console.save_preferences', 'plans.request'].entries()) call(id, name);
    expect(connection.actsUnderWay()).toBe(0);
    for (const [id, name] of ['plans.apply', 'plans.undo', 'trash.restore', 'workspace.check'].entries()) call(100 + id, name);
    expect(connection.actsUnderWay()).toBe(4);
  });

  it('does not leave the page waiting when the console breaks its promise', async () => {
    const sent: Message[] = [];
    const connection = openConnection({ call: () => Promise.reject(new Error('defect')), send: (message) => sent.push(message), log: silentLog });
    connection.receive({ type: 'call', id: 3, operation: 'console.snapshot', input: {} });
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toMatchObject([{ type: 'result', id: 3, result: { ok: false, error: { code: 'INTERNAL' } } }]);
  });

  it('sends the last progress before the result', async () => {
    const { started, sent, call, settle } = harness();
    call(1, 'workspace.check');
    for (const done of [1, 2, 3]) {
      started[0]?.options.onProgress?.(step(done));
    }
    started[0]?.end(succeed(null));
    await settle();
    expect(sent.map((message) => (message.type === 'progress' ? message.progress.done : message.type))).toEqual([1, 3, 'result']);
  });
});

describe('paced progress', () => {
  it('lets through the first at once, the newest per interval, and the last', () => {
    vi.useFakeTimers();
    const sent: number[] = [];
    const paced = paceProgress((progress) => sent.push(progress.done), 100);
    for (let done = 0; done < 1000; done += 10) {
      paced.update(step(done));
      vi.advanceTimersByTime(10);
    }
    paced.update(step(1000));
    paced.stop();
    paced.stop();
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(sent[0]).toBe(0);
    expect(sent.at(-1)).toBe(1000);
    expect(sent.length).toBeGreaterThanOrEqual(10);
    expect(sent.length).toBeLessThanOrEqual(12);
    expect(new Set(sent).size).toBe(sent.length);
  });
});
