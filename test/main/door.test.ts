import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { succeed, type Result } from '#contract';
import { silentLog } from '#engines/storage';
import { openDoor, type DoorContents } from '../../src/main/door.ts';
import type { ElectronParts } from '../../src/main/electronParts.ts';

class FakeContents extends EventEmitter {
  readonly sent: unknown[] = [];
  readonly id: number;
  destroyed = false;
  constructor(id: number) {
    super();
    this.id = id;
  }

  send(channel: string, message: unknown): void { this.sent.push([channel, message]); }
  isDestroyed(): boolean { return this.destroyed; }
}

function harness() {
  const ipcMain = new EventEmitter();
  const calls: { readonly name: string; readonly end: (result: Result<unknown>) => void; readonly signal: AbortSignal | undefined }[] = [];
  const door = openDoor({
    ipcMain: ipcMain as unknown as ElectronParts['ipcMain'],
    call: (name, _input, options) => new Promise((end) => calls.push({ name, end, signal: options.signal })),
    log: silentLog,
  });
  const contents = new FakeContents(4);
  door.attach(contents as unknown as DoorContents);
  const ownFrame = { url: 'app://sterownia/index.html#/reports', parent: null };
  const say = (frame: unknown, sender: { readonly id: number } = contents, raw: unknown = { type: 'call', id: 1, operation: 'console.snapshot', input: {} }) =>
    ipcMain.emit('sterownia:request', { sender, senderFrame: frame }, raw);
  return { door, contents, calls, say, ownFrame };
}

describe('the door of windows', () => {
  it('hears the top frame of its own window on its own page', () => {
    const { calls, say, ownFrame } = harness();
    say(ownFrame);
    expect(calls.map((call) => call.name)).toEqual(['console.snapshot']);
  });

  it.each([
    ['a frame inside the page', { url: 'app://sterownia/index.html', parent: { url: 'app://sterownia/index.html', parent: null } }],
    ['a frame that is gone', null],
    ['a foreign page', { url: 'https://example.com/', parent: null }],
    ['a page with a like name', { url: 'app://sterownia.example/', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['a page without an address', { url: '', parent: null }],
    ['a local file', { url: 'file:///tmp/index.html', parent: null }],
    ['a data page', { url: 'data:text/html,app://sterownia/', parent: null }],
  ])('does not hear %s', (_who, frame) => {
    const { calls, say } = harness();
    say(frame);
    expect(calls).toEqual([]);
  });

  it('does not hear a window that is not its own, also one that was closed', () => {
    const { contents, calls, say, ownFrame } = harness();
    say(ownFrame, { id: 5 });
    contents.emit('destroyed');
    say(ownFrame);
    expect(calls).toEqual([]);
  });

  it('answers a reloaded page nothing that the page before it asked, and keeps count of what still changes files', async () => {
    const { door, contents, calls, say, ownFrame } = harness();
    say(ownFrame, contents, { type: 'call', id: 1, operation: 'plans.apply', input: {} });
    say(ownFrame, contents, { type: 'call', id: 2, operation: 'reports.list', input: {} });
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    say(ownFrame, contents, { type: 'call', id: 1, operation: 'reports.list', input: {} });
    expect(calls.map((call) => call.signal?.aborted)).toEqual([false, true, false]);
    expect(door.actsUnderWay()).toBe(1);
    for (const call of calls) call.end(succeed(call.name));
    await new Promise((resolve) => setImmediate(resolve));
    expect(contents.sent).toEqual([['sterownia:message', { type: 'result', id: 1, result: succeed('reports.list') }]]);
    expect(door.actsUnderWay()).toBe(0);
  });

  it('keeps the conversation when only the address behind # changes', () => {
    const { contents, calls, say, ownFrame } = harness();
    say(ownFrame);
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    expect(calls[0]?.signal?.aborted).toBe(false);
  });

  it('tells events to every window and none to one that is gone', () => {
    const { door, contents } = harness();
    const other = new FakeContents(9);
    door.attach(other as unknown as DoorContents);
    door.broadcast({ revision: 3, name: 'trash.changed', payload: {} });
    contents.destroyed = true;
    door.broadcast({ revision: 4, name: 'trash.changed', payload: {} });
    expect([contents.sent.length, other.sent.length]).toEqual([1, 2]);
  });
});
