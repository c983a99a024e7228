/** The WebSocket side: who gets one, what may be said over it, and how it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { succeed, type Progress } from '#contract';
import { silentLog } from '#engines/storage';
import { PrintedAnswer } from '#runtime';
import { enter, openStage, talk, upgradeStatus, type SocketParts, type Stage } from './support.ts';
import { answerOf } from '../support/double.ts';

let stage: Stage;
let cookie: string;
beforeEach(async () => {
  stage = await openStage();
  cookie = await enter(stage);
});
afterEach(() => stage.end());

const progress = (done: number): Progress => ({ phase: 'scan', done, total: 100, bytes_done: 0, bytes_total: null, item: null });

describe('who gets a connection', () => {
  it('opens for the page of the browser that was let in', async () => {
    expect(await upgradeStatus(stage, { cookie })).toBe(101);
  });

  const refused: readonly (readonly [string, (port: number) => SocketParts])[] = [
    ['no cookie', () => ({})],
    ['a guessed cookie', (port) => ({ cookie: `sterownia_${port}=${'B'.repeat(43)}` })],
    ['no origin', () => ({ cookie, origin: null })],
    ['a foreign origin', () => ({ cookie, origin: 'https://evil.example' })],
    ['the origin of a sandboxed frame', () => ({ cookie, origin: 'null' })],
    ['an origin that begins like ours', (port) => ({ cookie, origin: `http://127.0.0.1:${port}.evil.example` })],
    ['a foreign host', (port) => ({ cookie, host: `evil.example:${port}`, origin: `http://evil.example:${port}` })],
    ['another address', () => ({ cookie, path: '/socket' })],
    ['our address with a query', () => ({ cookie, path: '/ws?token=x' })],
  ];
  for (const [name, parts] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await upgradeStatus(stage, parts(stage.server.port))).toBe(403);
    });
  }

  it('ends the connections of a browser when another one is let in', async () => {
    const first = await talk(stage, cookie);
    await enter(stage, stage.server.newLink());
    expect(await first.closed).toBe(1008);
  });
});

describe('a printed answer', () => {
  it('arrives as one message, whatever its pieces cut through', async () => {
    const value = answerOf('reports.overview', { base_directory: `zażółć 😀${'"'.repeat(70_000)}` });
    const bytes = Buffer.from(JSON.stringify(value));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 999) }, (_, at) => Uint8Array.from(bytes.subarray(at * 999, (at + 1) * 999)));
    stage.console.answer('reports.overview', ({ options }) => Promise.resolve(succeed(options.printed === true ? new PrintedAnswer(pieces) : value)));
    const window = await talk(stage, cookie);
    window.send({ type: 'call', id: 7, operation: 'reports.overview', input: {} });
    await window.next(() => true);
    expect(window.messages).toEqual([{ type: 'result', id: 7, result: { ok: true, value } }]);
    expect(stage.console.calls[0]?.options.printed).toBe(true);
  });
});

describe('what may be said', () => {
  const forged: readonly (readonly [string, unknown, number])[] = [
    ['no JSON', 'hello', 1008],
    ['JSON that is no object', '[1,2]', 1008],
    ['null', 'null', 1008],
    ['an unknown type', { type: 'eval', id: 1 }, 1008],
    ['a result, as a host would send it', { type: 'result', id: 1, result: { ok: true } }, 1008],
    ['a negative number', { type: 'call', id: -1, operation: 'console.snapshot', input: {} }, 1008],
    ['a number that is text', { type: 'call', id: '1', operation: 'console.snapshot', input: {} }, 1008],
    ['no operation', { type: 'call', id: 1, input: {} }, 1008],
    ['an operation that is no text', { type: 'call', id: 1, operation: ['reports.delete'], input: {} }, 1008],
    ['an operation with an endless name', { type: 'call', id: 1, operation: 'x'.repeat(101), input: {} }, 1008],
    ['a field too many', { type: 'call', id: 1, operation: 'console.snapshot', input: {}, door: 'cli' }, 1008],
    ['a binary frame', Buffer.from('{"type":"cancel","id":1}'), 1008],
    ['an oversized frame', JSON.stringify({ type: 'call', id: 1, operation: 'x', input: 'y'.repeat(1024 * 1024) }), 1009],
  ];
  for (const [name, frame, code] of forged) {
    it(`ends the connection on ${name}, and calls nothing`, async () => {
      const { send, closed } = await talk(stage, cookie);
      send(frame);
      expect([await closed, stage.console.calls]).toEqual([code, []]);
    });
  }

  it('answers an unknown operation with a typed error and stays open', async () => {
    const page = await talk(stage, cookie);
    page.send({ type: 'call', id: 7, operation: '__proto__.run', input: {} });
    const answer = await page.next((message) => message['id'] === 7);
    expect(answer).toMatchObject({ type: 'result', result: { ok: false, error: { code: 'UNKNOWN_OPERATION' } } });
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  it('hands the input on as it came, as a call of a window', async () => {
    const page = await talk(stage, cookie);
    const value = answerOf('workspace.info', { policy_path: 'żółć' });
    stage.console.answer('workspace.info', () => Promise.resolve(succeed(value)));
    page.send({ type: 'call', id: 1, operation: 'workspace.info', input: { any: ['ż', null] } });
    expect(await page.next((message) => message['id'] === 1)).toEqual({ type: 'result', id: 1, result: { ok: true, value } });
    expect(stage.console.calls.map(({ name, input, options }) => [name, input, options.door])).toEqual([['workspace.info', { any: ['ż', null] }, 'window']]);
  });

  it('ends a connection that uses the number of a running call again', async () => {
    const page = await talk(stage, cookie);
    stage.console.answer('workspace.info', () => new Promise(() => undefined));
    page.send({ type: 'call', id: 1, operation: 'workspace.info', input: {} });
    page.send({ type: 'call', id: 1, operation: 'workspace.info', input: {} });
    expect(await page.closed).toBe(1008);
  });

  it('passes a stop on to the work and brings its last word', async () => {
    const page = await talk(stage, cookie);
    stage.console.answer('plans.apply', ({ options }) => new Promise((resolve) => {
      options.signal?.addEventListener('abort', () => resolve(succeed(answerOf('plans.apply', { status: 'partial' }))));
    }));
    page.send({ type: 'call', id: 3, operation: 'plans.apply', input: {} });
    page.send({ type: 'cancel', id: 3 });
    page.send({ type: 'cancel', id: 99 });
    expect(await page.next((message) => message['id'] === 3)).toMatchObject({ result: { ok: true, value: { status: 'partial' } } });
  });

  it('brings the newest progress, thinned out, before the result', async () => {
    const page = await talk(stage, cookie);
    const value = answerOf('workspace.check', { status: 'clean' });
    stage.console.answer('workspace.check', ({ options }) => {
      for (let done = 1; done <= 100; done += 1) options.onProgress?.(progress(done));
      return Promise.resolve(succeed(value));
    });
    page.send({ type: 'call', id: 4, operation: 'workspace.check', input: {} });
    await page.next((message) => message['type'] === 'result');
    expect(page.messages).toEqual([
      { type: 'progress', id: 4, progress: progress(1) },
      { type: 'progress', id: 4, progress: progress(100) },
      { type: 'result', id: 4, result: { ok: true, value } },
    ]);
  });

  it('sends events to every window, in order', async () => {
    const [one, two] = [await talk(stage, cookie), await talk(stage, cookie)];
    for (const revision of [5, 6, 7]) stage.console.emit({ revision, name: 'trash.changed', payload: {} });
    for (const page of [one, two]) {
      await page.next((message) => (message['event'] as { revision?: number } | undefined)?.revision === 7);
      expect(page.messages.map((message) => (message['event'] as { revision: number }).revision)).toEqual([5, 6, 7]);
    }
  });
});

describe('how it ends', () => {
  it('stops reading work and lets changing work end when the window goes', async () => {
    const page = await talk(stage, cookie);
    const signals = new Map<string, AbortSignal | undefined>();
    const bothRunning = new Promise<void>((resolve) => {
      for (const name of ['reports.overview', 'plans.apply'] as const) {
        stage.console.answer(name, ({ options }) => {
          signals.set(name, options.signal);
          if (signals.size === 2) resolve();
          return new Promise(() => undefined);
        });
      }
    });
    page.send({ type: 'call', id: 1, operation: 'reports.overview', input: {} });
    page.send({ type: 'call', id: 2, operation: 'plans.apply', input: {} });
    await bothRunning;
    const stopped = new Promise((resolve) => signals.get('reports.overview')?.addEventListener('abort', resolve));
    page.socket.terminate();
    await stopped;
    expect([...signals].map(([name, signal]) => [name, signal?.aborted])).toEqual([['reports.overview', true], ['plans.apply', false]]);
  });

  it('answers INTERNAL when the console breaks its promise never to reject', async () => {
    const page = await talk(stage, cookie);
    stage.console.answer('workspace.info', () => Promise.reject(new Error('secret detail')));
    page.send({ type: 'call', id: 1, operation: 'workspace.info', input: {} });
    const answer = await page.next((message) => message['id'] === 1);
    expect(answer).toMatchObject({ result: { ok: false, error: { code: 'INTERNAL' } } });
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });

  it('cuts off a window that no longer answers', async () => {
    let told: (message: string) => void = () => undefined;
    const cut = new Promise<string>((resolve) => {
      told = resolve;
    });
    const quick = await openStage({ heartbeatMs: 20, log: { ...silentLog, info: (message) => message.includes('sign of life') && told(message) } });
    const page = await talk(quick, await enter(quick));
    page.socket.pause();
    await cut;
    page.socket.resume();
    expect(await page.closed).toBe(1006);
    await quick.end();
  });

  it('spares a slow window the flood of events, but not its results nor the newest event', async () => {
    const page = await talk(stage, cookie);
    stage.console.answer('workspace.info', () => Promise.resolve(succeed(answerOf('workspace.info', {}))));
    page.socket.pause();
    const filler = 'x'.repeat(200_000);
    for (let revision = 1; revision <= 400; revision += 1) {
      stage.console.emit({ revision, name: 'reports.changed', payload: { filler } });
      await new Promise(setImmediate);
    }
    page.send({ type: 'call', id: 1, operation: 'workspace.info', input: {} });
    page.socket.resume();
    await page.next((message) => message['type'] === 'result');
    await page.next((message) => (message['event'] as { revision?: number } | undefined)?.revision === 400);
    expect(page.messages.length).toBeLessThan(300);
  });

  it('says goodbye, lets go of the console and of the port when the server closes', async () => {
    const page = await talk(stage, cookie);
    expect(stage.console.listeners).toBe(1);
    await stage.server.close();
    expect([await page.closed, stage.console.listeners]).toEqual([1001, 0]);
    await expect(fetch(stage.server.url)).rejects.toThrow();
  });
});
