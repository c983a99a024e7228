/** What the loop tells people is told once, in both languages, and the foot line never calls fine what is not known. */
import { describe, expect, it } from 'vitest';
import type { AutomodeAlert, Notification } from '#contract';
import { notices as english } from '../../src/renderer/i18n/en/notices.ts';
import { notices as polish } from '../../src/renderer/i18n/pl/notices.ts';
import { loopEntries } from '../../src/runtime/front/loopEntries.ts';
import { noticeOf, watchAlerts } from '../../src/runtime/front/loopNotices.ts';
import type { LoopLook } from '../../src/runtime/core/tasks.ts';

const alert = (code: AutomodeAlert['code'], params: AutomodeAlert['params'] = {}, severity: AutomodeAlert['severity'] = 'attention'): AutomodeAlert =>
  ({ code, severity, params, runbook: { document: 'd', section: 's' }, command: null });

const kept = (kind: string, params: Notification['params']): Notification =>
  ({ id: 'n', at: '2026-11-20T09:00:00Z', kind, severity: 'attention', critical: false, params, address: null, count: 1, seen: true });

describe('news of the decision loop', () => {
  it('gives the reason of a promotion, and names how it came about', () => {
    const entry = { event: 'model_change', model_name: 'm', model_version: 'v2', reason: 'Manual override', promotion_mode: 'manual', promoted_by: 'anna' };
    expect(noticeOf(entry)).toMatchObject({ kind: 'model_promoted', params: { model: 'm', version: 'v2', reason: 'Manual override', by: 'anna' }, address: '#/models?model=m' });
    expect(noticeOf({ ...entry, promotion_mode: 'auto' })?.kind).toBe('model_promoted_auto');
    expect(noticeOf({ ...entry, promotion_mode: 'rollback' })?.kind).toBe('model_rolled_back');
    expect(noticeOf({ event: 'ai_retraining' })).toBeNull();
  });

  it('makes the second failure in a row critical', () => {
    const failed = { event: 'ai_retraining_failed', schedule: 'btc', error_message: 'no rows' };
    expect(noticeOf({ ...failed, failure_streak: '1' })).toMatchObject({ kind: 'training_failed', critical: false, params: { job: 'btc', reason: 'no rows' } });
    expect(noticeOf({ ...failed, failure_streak: '2' })).toMatchObject({ kind: 'training_failing', critical: true, severity: 'blocked', params: { job: 'btc', reason: 'no rows', streak: 2 } });
  });

  it('tells an alert when it begins, again when it became another one, and not while its figures move', () => {
    const watch = watchAlerts(() => []);
    const share = (value: number, level: string): AutomodeAlert => alert('model_change_share', { share: value, limit: 0.3, level });
    expect(watch.news([share(0.3333, 'review')])).toMatchObject([{ kind: 'model_change_share', params: { share: 33.3, limit: 30 } }]);
    expect(watch.news([share(0.5, 'review')])).toEqual([]);
    expect(watch.news([share(0.6, 'red')])).toHaveLength(1);
    expect(watch.news([])).toEqual([]);
    expect(watch.news([share(0.6, 'red')])).toHaveLength(1);
    expect(watch.news([alert('guardrail_active', { name: 'stress_index', value: 0.7 }, 'blocked'), share(0.6, 'red')])).toMatchObject([{ critical: true, kind: 'guardrail_active' }]);
    expect(watch.news([alert('guardrail_active', { name: 'stress_index', value: 0.9 }, 'blocked'), share(0.6, 'red')])).toEqual([]);
  });

  it('does not tell after a start what was told before it', () => {
    const told = [kept('kill_switch', { by: 'anna', at: '2026-11-20T08:00:00Z', reason: 'x' })];
    const same = alert('kill_switch', { by: 'anna', at: '2026-11-20T08:00:00Z', reason: 'x' }, 'blocked');
    expect(watchAlerts(() => told).news([same])).toEqual([]);
    expect(watchAlerts(() => told).news([{ ...same, params: { ...same.params, at: '2026-11-20T08:30:00Z' } }])).toHaveLength(1);
  });

  it('has words in both languages, with exactly the facts that it carries', () => {
    const alerts = [
      alert('kill_switch', { by: 'a', at: 't', reason: 'r' }), alert('override_active', { file: 'f', component: 'c', reason: 'r', until: '' }), alert('override_unreadable', { file: 'f', reason: 'r' }),
      alert('guardrail_active', { name: 'n', label: 'l', comparator: '>=', threshold: 1, count: 1 }), alert('guardrail_unknown', { provider: 'p', state: 's', path: '', detail: '' }),
      alert('model_change_share', { share: 1, limit: 1, red: 1, level: 'red', count: 1, guarded: 1 }), alert('retraining_share', { share: 1, limit: 1, red: 1, level: 'red', count: 1, guarded: 1 }),
      alert('sign_offs_missing', { count: 2, roles: 'risk' }), alert('sign_offs_unknown', { detail: 'd' }), alert('champion_degraded', { count: 1, models: 'm', model: 'm' }),
      alert('champion_unreadable', { count: 1, models: 'm', model: 'm' }), alert('schedule_document', { state: 's', path: 'p' }),
    ];
    const entries = ['manual', 'auto', 'rollback'].map((mode) => ({ event: 'model_change', model_name: 'm', model_version: 'v', reason: 'r', promotion_mode: mode, promoted_by: 'a' }));
    const failures = ['1', '3'].map((streak) => ({ event: 'ai_retraining_failed', schedule: 'j', error_message: 'e', failure_streak: streak }));
    const notices = [...watchAlerts(() => []).news(alerts), ...[...entries, ...failures].flatMap((entry) => noticeOf(entry) ?? [])];
    expect(notices.length).toBe(alerts.length + entries.length + failures.length);
    for (const dictionary of [english, polish] as readonly Readonly<Record<string, string>>[]) {
      for (const { kind, params } of notices) {
        const text = dictionary[kind] ?? dictionary[`${kind}_other`] ?? '';
        expect(text, kind).not.toBe('');
        for (const [, name = ''] of text.matchAll(/\{\{(\w+)\}\}/gu)) expect(Object.keys(params), `${kind}: ${text}`).toContain(name);
      }
    }
  });
});

const look = (more: Partial<LoopLook> = {}): LoopLook => ({
  automation: { state: 'on', detail: null }, guardrail: { state: 'off', kill_switch: false, triggers: [], providers: [] }, due: [], next: [], running: [], failed: [], ...more,
});

describe('the foot line', () => {
  it('names no loop that is not in use', () => {
    expect(loopEntries(look(), null)).toEqual([]);
  });

  it('counts down to the earliest start', () => {
    const next = [{ job: 'b', at: '2026-11-20T10:00:00Z', block: 'not_due' }, { job: 'a', at: '2026-11-20T09:30:00Z', block: 'not_due' }];
    expect(loopEntries(look({ next }), null)).toEqual([{ name: 'retraining', severity: 'ok', detail: null, next_at: '2026-11-20T09:30:00Z' }]);
  });

  it('says what runs and what holds it up', () => {
    const next = [{ job: 'a', at: null, block: 'running' }];
    expect(loopEntries(look({ next, running: [{ job: 'a', since: '2026-11-20T09:30:00Z', run_id: 'r', by: 'anna' }] }), null)[0]).toMatchObject({ severity: 'ok', detail: 'a is being trained' });
    expect(loopEntries(look({ next: [{ job: 'a', at: null, block: 'cooldown' }] }), null)[0]).toMatchObject({ severity: 'attention', detail: 'a is held up (cooldown)' });
    expect(loopEntries(look({ automation: { state: 'killed', detail: 'Engaged' }, next }), null)[0]).toMatchObject({ severity: 'blocked', detail: 'Nothing is started: Engaged' });
    expect(loopEntries(look({ automation: { state: 'unknown', detail: null } }), null)[0]).toMatchObject({ severity: 'unknown' });
  });

  it('never calls fine what is not known', () => {
    expect(loopEntries(null, 'the disk is gone')).toMatchObject([{ name: 'retraining', severity: 'unknown' }]);
    const providers = [{ name: 'signals' as const, state: 'stale' as const, path: null, observed_at: null, age_seconds: 90, max_age_seconds: 60, detail: null }];
    expect(loopEntries(look({ guardrail: { state: 'unknown', kill_switch: null, triggers: [], providers } }), null)).toMatchObject([{ name: 'guardrails', severity: 'unknown', detail: 'Nobody knows: signals is stale' }]);
    const triggers = [{ name: 'stress_index', label: 'Stress', comparator: '>=' as const, threshold: 0.65, unit: null, value: 0.7 }];
    expect(loopEntries(look({ guardrail: { state: 'active', kill_switch: false, triggers, providers: [] } }), null)).toMatchObject([{ severity: 'blocked', detail: 'In force: stress_index' }]);
  });
});
