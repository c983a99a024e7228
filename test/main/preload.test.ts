import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { operationNames } from '#contract';
import { preloadOptions } from '../../scripts/lib/bundles.ts';
import { messageChannel, requestChannel } from '../../src/main/channels.ts';
import { messageOf, requestOf } from '../../src/preload/messages.ts';

interface Bridge {
  readonly operations: readonly string[];
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
}

const root = new URL('../../', import.meta.url).pathname;
let code = '';

beforeAll(async () => {
  const result = await build({ ...preloadOptions(root, '0', operationNames), write: false });
  code = result.outputFiles?.[0]?.text ?? '';
});

/** Runs the built script as Electron does: a `require` that gives Electron's renderer half and nothing else. */
function run() {
  const sent: unknown[] = [];
  const listeners: ((event: unknown, message: unknown) => void)[] = [];
  const exposed: Record<string, unknown> = {};
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: unknown) => { exposed[name] = api; } },
    ipcRenderer: {
      send: (...values: unknown[]) => sent.push(values),
      on: (channel: string, listener: (event: unknown, message: unknown) => void) => { if (channel === messageChannel) listeners.push(listener); },
      removeListener: (_channel: string, listener: (event: unknown, message: unknown) => void) => { listeners.splice(listeners.indexOf(listener), 1); },
    },
  };
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`the sandbox has no ${name}`);
    return electron;
  };
  runInNewContext(code, { require, module: { exports: {} }, exports: {} });
  return { sent, listeners, exposed, bridge: exposed['sterownia'] as Bridge };
}

describe('the preload script', () => {
  it('is one file that needs nothing but Electron and carries no schemas', () => {
    expect(code).not.toContain('ZodType');
    expect([...code.matchAll(/require\("([^"]+)"\)/gu)].map((match) => match[1])).toEqual(['electron']);
    expect(code.length).toBeLessThan(20_000);
  });

  it('shows the page exactly the bridge, with every operation of the table', () => {
    const { exposed, bridge } = run();
    expect(Object.keys(exposed)).toEqual(['sterownia']);
    expect(Object.keys(bridge).sort()).toEqual(['onMessage', 'operations', 'send']);
    expect([...bridge.operations]).toEqual([...operationNames]);
  });

  it('sends on the channel that the host listens to, only known members', () => {
    const { sent, bridge } = run();
    bridge.send({ type: 'call', id: 1, operation: 'reports.list', input: { limit: 5 }, extra: true });
    bridge.send({ type: 'cancel', id: 1, extra: true });
    expect(JSON.parse(JSON.stringify(sent))).toEqual([
      [requestChannel, { type: 'call', id: 1, operation: 'reports.list', input: { limit: 5 } }], [requestChannel, { type: 'cancel', id: 1 }],
    ]);
  });

  it.each([
    null, 'call', [], { type: 'call', id: 1, operation: 'no.such', input: {} }, { type: 'call', id: 1, operation: '__proto__', input: {} },
    { type: 'call', id: -1, operation: 'reports.list', input: {} }, { type: 'call', operation: 'reports.list', input: {} }, { type: 'result', id: 1 }, { type: 'cancel' },
  ])('does not send %j', (message) => {
    const { sent, bridge } = run();
    expect(() => bridge.send(message)).toThrow('not a request');
    expect(sent).toEqual([]);
  });

  it('hears messages of the host until told to stop, and nothing of another shape', () => {
    const { listeners, bridge } = run();
    const heard: unknown[] = [];
    const stop = bridge.onMessage((message) => heard.push(message));
    const result = { type: 'result', id: 1, result: { ok: true, value: null } };
    const say = (message: unknown) => { for (const listener of listeners.slice()) listener({ sender: 'electron' }, message); };
    say(result);
    for (const odd of [null, 1, {}, { type: 'result', id: 1 }, { type: 'result', id: 1, result: { ok: 'yes' } }, { type: 'event', event: { name: 1, revision: 1 } }, { type: 'progress', id: 'a', progress: {} }]) say(odd);
    stop();
    say(result);
    expect(JSON.parse(JSON.stringify(heard))).toEqual([result]);
  });

  it('makes messages anew, so that nothing hidden in them passes', () => {
    const known = new Set<string>(operationNames);
    expect(requestOf({ type: 'cancel', id: 3, port: {} }, known)).toEqual({ type: 'cancel', id: 3 });
    expect(messageOf({ type: 'progress', id: 3, progress: {}, port: {} })).toEqual({ type: 'progress', id: 3, progress: {} });
    expect(messageOf({ type: 'event', event: { name: 'trash.changed', revision: 2 }, ports: [] })).toEqual({ type: 'event', event: { name: 'trash.changed', revision: 2 } });
  });
});

describe('channels', () => {
  it('are spelt the same in the preload script and in the host', () => {
    const source = readFileSync(new URL('../../src/preload/index.ts', import.meta.url), 'utf8');
    expect(source).toContain(`'${requestChannel}'`);
    expect(source).toContain(`'${messageChannel}'`);
  });
});
