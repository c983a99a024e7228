import i18next, { createInstance } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AutomodeCycle, JournalEntry } from '#contract';
import { createFormat } from '../../src/renderer/format/index.ts';
import { en } from '../../src/renderer/i18n/en.ts';
import { pl } from '../../src/renderer/i18n/pl.ts';
import type { Text } from '../../src/renderer/i18n/index.ts';
import { decisionOf, settledOnly, type Decision } from '../../src/renderer/features/models/decisions.ts';
import { notificationText } from '../../src/renderer/features/shell/notificationText.ts';
import { plainOnly } from '../../src/renderer/ui/plainMarkup.ts';

const texts: { en: Text; pl: Text } = { en: () => '', pl: () => '' };

beforeAll(async () => {
  // Words of outside are looked up in the shared instance; the sentences come from one per language.
  await i18next.init({ lng: 'en', resources: { en: { translation: en } } });
  for (const language of ['en', 'pl'] as const) {
    const instance = createInstance();
    await instance.init({ lng: language, resources: { en: { translation: en }, pl: { translation: pl } }, interpolation: { escapeValue: false } });
    texts[language] = (key, params) => instance.t(key, params ?? {});
  }
});

const entry = (seq: number, type: string, stage: JournalEntry['stage'], data: Readonly<Record<string, unknown>>, subject: string | null = 's'): JournalEntry => ({
  schema: 'sterownia.journal/1', seq, at: '2026-11-30T22:48:00.000Z', type, stage, subject, operation: null, data: { ...data }, hash: 'h', prev: 'p', workspace_id: 'w', actor: { name: 'sterownia', os_user: 'sterownia', host: 'demo', door: 'loop' },
} as JournalEntry);

const cycle = (part: Partial<AutomodeCycle>): AutomodeCycle => ({
  id: 'c', job: 'btc-retrain', model: 'm', status: 'running', started_at: '2026-11-30T22:42:00Z', ended_at: null, duration_seconds: null, started_by: 'sterownia', door: 'loop', training: null, evaluation: null, promotion: null,
  guardrail_active: false, kill_switch: false, alerts: [], errors: [], ...part,
});
const trained = { status: 'success', reason: null, reason_code: null, run_id: 'r', version: 'v2' };
const trigger = { name: 'effective_risk', label: 'Effective risk', comparator: '>=', threshold: 0.75, unit: null, value: 0.79 };

const plain = (decision: Decision): Decision => ({ ...decision, text: decision.text.replaceAll(/\s/gu, ' ') });
const say = (language: 'en' | 'pl', one: JournalEntry): Decision => plain(decisionOf(texts[language], createFormat(language, 'UTC'), one));

describe('what AutoMode does, in the timeline', () => {
  it('tells its switches, with who they concern and how grave they are', () => {
    const paused = entry(1, 'automode_state', 'outcome', { act: 'pause', status: 'completed', until: '2026-12-01T06:00:00Z', reason: 'Maintenance of the exchange' });
    expect(say('en', paused)).toEqual({ text: 'AutoMode was paused, until 1 Dec 2026, 06:00 UTC', reason: 'Maintenance of the exchange', severity: 'attention' });
    expect(say('pl', paused).text).toBe('Wstrzymano AutoMode do 01.12.2026, 06:00 UTC');
    expect(say('pl', entry(2, 'automode_state', 'outcome', { act: 'pause', until: null })).text).toBe('Wstrzymano AutoMode do wznowienia');
    expect(say('pl', entry(3, 'automode_state', 'outcome', { act: 'kill', reason: 'Losses' }))).toEqual({ text: 'Użyto wyłącznika awaryjnego', reason: 'Losses', severity: 'blocked' });
    expect(say('pl', entry(4, 'automode_state', 'outcome', { act: 'release', reason: 'Repaired' })).severity).toBe('ok');
    expect(say('pl', entry(5, 'automode_state', 'outcome', { act: 'resume' })).text).toBe('Wznowiono AutoMode');
  });

  it('tells what a crash left from the state alone, and what was taken back as such', () => {
    const after = { pause: { until: null, reason: 'Night', by: 'a', at: 't' }, kill_switch: null };
    expect(say('en', entry(1, 'automode_state', 'outcome', { act: 'pause', status: 'completed', recovered: true, after }))).toMatchObject({ text: 'AutoMode was paused, until somebody resumes', reason: 'Night' });
    expect(say('pl', entry(2, 'automode_state', 'outcome', { act: 'kill', status: 'reverted', recovered: true }))).toMatchObject({ text: 'Przerwane i wycofane: Użyto wyłącznika awaryjnego', severity: 'attention' });
  });

  it('names the guardrails that begin and end, and what is silent', () => {
    const started = entry(1, 'automode_guardrail', 'outcome', { act: 'observe', state: 'active', previous_state: 'ok', started: [trigger], ended: [], providers: [] });
    expect(say('en', started)).toEqual({ text: 'Guardrail in force: effective risk.', reason: 'effective risk: 0.79 (limit ≥ 0.75)', severity: 'blocked' });
    expect(say('pl', started)).toEqual({ text: 'Działa zapora: ryzyko efektywne.', reason: 'ryzyko efektywne: 0,79 (próg ≥ 0,75)', severity: 'blocked' });
    expect(say('pl', entry(2, 'automode_guardrail', 'outcome', { state: 'ok', started: [], ended: ['effective_risk'] }))).toMatchObject({ text: 'Przestała działać: ryzyko efektywne.', severity: 'ok' });
    const provider = { name: 'signals', state: 'stale', path: 'x', observed_at: null, age_seconds: null, max_age_seconds: null, detail: null };
    expect(say('pl', entry(3, 'automode_guardrail', 'outcome', { state: 'unknown', started: [], ended: [], providers: [provider] }))).toMatchObject({ text: 'Stan zapór nie jest znany: Sygnały bota (zbyt stare).', severity: 'unknown' });
    expect(say('pl', entry(4, 'automode_guardrail', 'outcome', { act: 'observe', status: 'completed', after: { latches: { state: 'ok' } } })).text).toBe('Żadna zapora nie działa');
  });

  it('tells how a cycle ended and what became of the promotion', () => {
    const done = cycle({ status: 'completed', training: trained, alerts: ['drift'], promotion: { status: 'skipped', skip_reason: 'alerts', decisions: [] } });
    expect(say('en', entry(1, 'automode_cycle', 'outcome', { cycle: done }))).toMatchObject({ text: 'Cycle of btc-retrain: completed · promotion: not tried, because there are alerts', severity: 'ok' });
    expect(say('pl', entry(1, 'automode_cycle', 'outcome', { cycle: done })).text).toBe('Cykl btc-retrain: ukończony · promocja: nie podjęto, bo są alerty');
    const failed = cycle({ status: 'failed', training: { ...trained, status: 'failed', reason: 'no rows' } });
    expect(say('pl', entry(2, 'automode_cycle', 'outcome', { cycle: failed }))).toEqual({ text: 'Cykl btc-retrain: nieudany', reason: 'no rows', severity: 'blocked' });
    const held = cycle({ status: 'completed', promotion: { status: 'executed', skip_reason: null, decisions: [{ model: 'm', decision: 'blocked', version: 'v2', previous_version: null, reason: null, blocked_by: ['sign_offs_missing'], audit_directory: null }] } });
    expect(say('pl', entry(3, 'automode_cycle', 'outcome', { cycle: held })).text).toContain('brakuje podpisów');
    expect(say('pl', entry(4, 'automode_cycle', 'note', { cycle: cycle({ training: trained }) })).text).toBe('Trwa cykl btc-retrain: ocena wyniku');
  });

  it('leaves no member raw where an entry is from another version', () => {
    expect(say('pl', entry(1, 'automode_cycle', 'note', { step: 'observe', cycle: { status: 'odd' } }))).toEqual({ text: 'cykl AutoMode', reason: null, severity: 'neutral' });
    expect(say('pl', entry(1, 'automode_guardrail', 'outcome', { act: 'observe', state: 'odd' })).text).toBe('zapory');
    expect(say('pl', entry(1, 'automode_state', 'outcome', { act: 'odd' })).text).toBe('AutoMode');
  });
});

describe('entries that are left out of the timeline', () => {
  const of = (seq: number, stage: JournalEntry['stage'], subject: string, type = 'automode_cycle'): JournalEntry => entry(seq, type, stage, {}, subject);
  const seqs = (entries: readonly JournalEntry[]): number[] => settledOnly(entries).map(({ seq }) => seq);

  it('are the steps of a cycle whose outcome is there, and all but the last step of one that runs', () => {
    expect(seqs([of(9, 'outcome', 'a'), of(8, 'note', 'a'), of(7, 'note', 'b'), of(6, 'note', 'b'), of(5, 'note', 'a'), of(4, 'intent', 'b'), of(3, 'intent', 'a')])).toEqual([9, 7]);
  });

  it('are intents with an outcome; one without says that something was begun', () => {
    expect(seqs([of(4, 'outcome', 'a', 'sign_off'), of(3, 'intent', 'a', 'sign_off'), of(2, 'intent', 'b', 'sign_off'), of(1, 'intent', 'c')])).toEqual([4, 2, 1]);
  });

  it('are never notes of other kinds', () => {
    expect(seqs([of(2, 'note', 'a', 'model_observed'), of(1, 'note', 'a', 'model_observed')])).toEqual([2, 1]);
  });
});

describe('notifications', () => {
  const told = (kind: string, params: Record<string, string | number>): string => notificationText(texts.pl, createFormat('pl', 'UTC'), { kind, params, count: 1 }).replaceAll(/\s/gu, ' ');

  it('have words for codes, and numbers as the language writes them', () => {
    expect(told('guardrail_active', { name: 'effective_risk', comparator: '>=', threshold: 0.75 })).toBe('Działa zapora: ryzyko efektywne (≥ 0,75). Nic nie jest promowane.');
    expect(told('guardrail_unknown', { provider: 'signals', state: 'missing' })).toBe('Stan zapór nie jest znany: Sygnały bota (brak). Promocje są wstrzymane.');
    expect(told('retraining_share', { share: 33.3, limit: 20 })).toBe('33,3 % treningów nastąpiło pod zaporą (próg 20 %). Sprawdź dziennik decyzji.');
    expect(told('sign_offs_missing', { count: 2, roles: 'risk, compliance' })).toBe('Brakuje 2 podpisów (Ryzyko, Zgodność).');
  });
});

describe('what the page may write without being asked', () => {
  it('is text without any markup', () => {
    for (const text of ['2026-MM-DD', '', '30', '12:59']) expect(plainOnly(text)).toBe(text);
    for (const text of ['<img src=x onerror=alert(1)>', 'a<b', '&lt;script&gt;', '<']) expect(plainOnly(text)).toBeNull();
  });
});
