import { describe, expect, it } from 'vitest';
import { snapshotSchema, type EventEnvelope, type Snapshot } from '#contract';
import { applyEvent, applyEvents, startModel } from '../../src/renderer/state/model.ts';
import { emptyFilter, formatAddress, isEmptyFilter, parseAddress, type Place } from '../../src/renderer/state/address.ts';
import { reconnectPause, createTransport, parseMessage, type Link } from '../../src/renderer/transport/index.ts';

const snapshot: Snapshot = snapshotSchema.parse({
  revision: 10,
  workspace: { id: 'w1', path: '/w', name: 'w', demo: false, host: 'h', read_only: null },
  actor: { name: 'a', os_user: 'a', host: 'h', door: 'window' },
  role: 'operator', host_kind: 'headless', versions: {}, preferences: {}, policy: {}, policy_problems: [],
  key: { storage: 'keyring', key_id: null, warning: null }, verification: null, notifications: [], plans_waiting: 0,
  trash: { entries: 0, bytes: 0 }, reports_revision: 1, loops: [], needs: { models: 0, automode: 0 }, recent_workspaces: [],
});
const event = (revision: number, name: string, payload: unknown): EventEnvelope => ({ revision, name, payload });

describe('the model of the window', () => {
  it('takes in the event that continues the sequence', () => {
    const { model, refetch } = applyEvent(startModel(snapshot), event(11, 'console.delta', { plans_waiting: 3 }));
    expect(refetch).toBe(false);
    expect(model.snapshot.plans_waiting).toBe(3);
    expect(model.revision).toBe(11);
    expect(model.ticks['console.delta']).toBe(1);
  });

  it('ignores what came before the snapshot', () => {
    const start = startModel(snapshot);
    expect(applyEvent(start, event(10, 'console.delta', { plans_waiting: 9 }))).toEqual({ model: start, refetch: false });
  });

  it('asks for the snapshot when a number is missing, and changes nothing', () => {
    const start = startModel(snapshot);
    expect(applyEvent(start, event(12, 'trash.changed', {}))).toEqual({ model: start, refetch: true });
  });

  it('asks for the snapshot when a payload has the wrong shape or another workspace was opened', () => {
    expect(applyEvent(startModel(snapshot), event(11, 'console.delta', { plans_waiting: 'many' })).refetch).toBe(true);
    expect(applyEvent(startModel(snapshot), event(11, 'console.workspace_opened', { path: '/x' })).refetch).toBe(true);
  });

  it('asks for the snapshot of another workspace although that one counts from its own beginning', () => {
    expect(applyEvent(startModel(snapshot), event(0, 'console.workspace_opened', { path: '/x' })).refetch).toBe(true);
  });

  it('keeps every part that a delta repeats, so that what shows it need not be drawn again', () => {
    const start = startModel(snapshot);
    const { model } = applyEvent(start, event(11, 'console.delta', { preferences: { ...snapshot.preferences, theme: 'dark', tables: {} }, trash: { entries: 0, bytes: 0 } }));
    expect(model.snapshot.preferences.theme).toBe('dark');
    expect(model.snapshot.preferences.tables).toBe(snapshot.preferences.tables);
    expect(model.snapshot.trash).toBe(snapshot.trash);
  });

  it('keeps counting past events that it does not know', () => {
    const { model, refetch } = applyEvents(startModel(snapshot), [event(11, 'models.changed', {}), event(12, 'reports.changed', { revision: 5, paths: [] })]);
    expect(refetch).toBe(false);
    expect(model.revision).toBe(12);
    expect(model.snapshot.reports_revision).toBe(5);
  });

  it('stops at the first gap of several events', () => {
    const { model, refetch } = applyEvents(startModel(snapshot), [event(11, 'trash.changed', {}), event(13, 'console.delta', { plans_waiting: 7 }), event(14, 'trash.changed', {})]);
    expect(refetch).toBe(true);
    expect(model.revision).toBe(11);
    expect(model.snapshot.plans_waiting).toBe(0);
  });

  it('keeps one line per notification that was raised again', () => {
    const note = { id: 'n', at: '2024-01-01T00:00:00Z', kind: 'k', severity: 'ok', critical: false, params: {}, address: null, count: 1, seen: false };
    const { model } = applyEvents(startModel(snapshot), [event(11, 'notification.added', note), event(12, 'notification.added', { ...note, count: 2 })]);
    expect(model.snapshot.notifications).toHaveLength(1);
    expect(model.snapshot.notifications[0]?.count).toBe(2);
  });
});

describe('addresses', () => {
  const places: readonly Place[] = [
    { page: 'reports', filter: emptyFilter, report: null, pageIndex: 0 },
    { page: 'reports', filter: { ...emptyFilter, category: ['smoke', 'zażółć & co'], query: 'a b/c?', since: '2024-01-01', until: '2024-04-01', summary_status: 'invalid', has_exports: 'no', sort: 'size', sort_direction: 'asc' }, report: 'daily/2024-01-01#1', pageIndex: 3 },
    { page: 'approvals', plan: '20240101-abc' }, { page: 'trash', entry: null }, { page: 'trash', entry: 'x/y' },
    { page: 'journal', seq: 12, filter: { type: 'plan_apply', subject: 's', query: 'q', since: '2024-01-01', until: '2024-01-02' } }, { page: 'settings' },
  ];

  it('lead back to the same place', () => {
    for (const place of places) expect(parseAddress(formatAddress(place))).toEqual(place);
  });

  it('are read with and without the mark, and as a whole link', () => {
    expect(parseAddress('/approvals/abcdef')).toEqual({ page: 'approvals', plan: 'abcdef' });
    expect(parseAddress('app://sterownia/index.html#/trash/abc')).toEqual({ page: 'trash', entry: 'abc' });
  });

  it('lead to the reports when they mean nothing', () => {
    for (const text of ['', '#', '#/nowhere', '#/reports?summary_status=odd&page=-2', '#/%E0%A4%A']) {
      expect(parseAddress(text)).toEqual({ page: 'reports', filter: emptyFilter, report: null, pageIndex: 0 });
    }
    expect(parseAddress('#/journal/12x')).toEqual({ page: 'journal', seq: null, filter: {} });
  });

  it('tell an empty filter from one that chooses', () => {
    expect(isEmptyFilter({ ...emptyFilter, sort: 'size' })).toBe(true);
    expect(isEmptyFilter({ ...emptyFilter, has_exports: 'yes' })).toBe(false);
  });
});

interface Fake {
  readonly link: Link;
  readonly sent: unknown[];
  message(value: unknown): void;
  state(up: boolean): void;
}

function fakeLink(): Fake {
  const sent: unknown[] = [];
  let onMessage: (value: unknown) => void = () => undefined;
  let onState: (up: boolean) => void = () => undefined;
  return {
    sent,
    link: { kind: 'headless', send: (request) => sent.push(request), start: (message, state) => { onMessage = message; onState = state; } },
    message: (value) => onMessage(value),
    state: (up) => onState(up),
  };
}

describe('the transport', () => {
  it('waits with calls until the first connection and pairs answers by number', async () => {
    const fake = fakeLink();
    const transport = createTransport(fake.link);
    const first = transport.call('trash.list', {});
    const second = transport.call('console.notifications', {});
    expect(fake.sent).toEqual([]);
    fake.state(true);
    expect(fake.sent).toHaveLength(2);
    fake.message({ type: 'result', id: 2, result: { ok: true, value: 'two' } });
    fake.message({ type: 'result', id: 1, result: { ok: false, error: { code: 'BUSY', message: 'm', remedy: 'r', details: {} } } });
    expect(await second).toEqual({ ok: true, value: 'two' });
    expect(await first).toMatchObject({ ok: false, error: { code: 'BUSY' } });
  });

  it('answers every open call when the connection is lost', async () => {
    const fake = fakeLink();
    const transport = createTransport(fake.link);
    const lost: boolean[] = [];
    transport.onConnection((value) => lost.push(value));
    fake.state(true);
    const open = transport.call('trash.list', {});
    fake.state(false);
    fake.state(false);
    expect(await open).toMatchObject({ ok: false, error: { code: 'HOST_GONE' } });
    expect(await transport.call('trash.list', {})).toMatchObject({ ok: false, error: { code: 'HOST_GONE' } });
    fake.state(true);
    expect(lost).toEqual([true, false]);
  });

  it('asks the host to stop and still waits for what it says', async () => {
    const fake = fakeLink();
    const transport = createTransport(fake.link);
    fake.state(true);
    const controller = new AbortController();
    const call = transport.call('plans.apply', { id: 'abcdef' }, { signal: controller.signal });
    controller.abort();
    expect(fake.sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
    fake.message({ type: 'result', id: 1, result: { ok: true, value: 'partly' } });
    expect(await call).toEqual({ ok: true, value: 'partly' });
  });

  it('takes a call that was never sent out of the queue when it is stopped', async () => {
    const fake = fakeLink();
    const controller = new AbortController();
    const call = createTransport(fake.link).call('trash.list', {}, { signal: controller.signal });
    controller.abort();
    expect(await call).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
    fake.state(true);
    expect(fake.sent).toEqual([]);
  });

  it('drops messages without a known shape', () => {
    const progress = { phase: 'p', done: 1, total: null, bytes_done: 0, bytes_total: null, item: null };
    expect(parseMessage({ type: 'progress', id: 1, progress })).not.toBeNull();
    for (const odd of [null, 'x', {}, { type: 'result', id: -1, result: { ok: true, value: 1 } }, { type: 'result', id: 1, result: { ok: false, error: { code: 'ODD', message: '', remedy: '', details: {} } } }, { type: 'event', event: { revision: 1.5, name: 'x', payload: 1 } }, { type: 'progress', id: 1, progress: { ...progress, done: 'many' } }]) {
      expect(parseMessage(odd)).toBeNull();
    }
  });

  it('waits longer between attempts, up to a limit', () => {
    expect(reconnectPause(0, 0.5)).toBe(250);
    expect(reconnectPause(3, 0.5)).toBe(2000);
    expect(reconnectPause(50, 0.5)).toBe(5000);
    expect(reconnectPause(50, 1)).toBe(6250);
  });
});
