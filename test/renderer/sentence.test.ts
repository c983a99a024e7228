import { createInstance } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFormat } from '../../src/renderer/format/index.ts';
import { en } from '../../src/renderer/i18n/en.ts';
import { pl } from '../../src/renderer/i18n/pl.ts';
import type { Text } from '../../src/renderer/i18n/index.ts';
import { buttonText, planSentence, shortInput, wordToType, type SentencePlan } from '../../src/renderer/features/plans/sentence.ts';
import { inboxOrder, livenessOf, needsMet, paceOf } from '../../src/renderer/features/plans/rules.ts';

const texts: { en: Text; pl: Text } = { en: () => '', pl: () => '' };
const plain = (text: string): string => text.replaceAll(/\s/gu, ' ');

beforeAll(async () => {
  for (const language of ['en', 'pl'] as const) {
    const instance = createInstance();
    await instance.init({ lng: language, resources: { en: { translation: en }, pl: { translation: pl } }, interpolation: { escapeValue: false } });
    texts[language] = (key, params) => instance.t(key, params ?? {});
  }
});

const purge = (targets: number, more: Partial<SentencePlan> = {}): SentencePlan => ({
  operation: 'reports.purge', input: { category: ['smoke'], until: '2024-04-01', query: null, summary_status: 'any', signal_quality_retention_days: 30 },
  facts: { planned_count: targets }, totals: { targets, files: 1204, directories: 0, bytes: 3.1 * 1024 ** 3, reclaimed_bytes: 0 }, permanent: false, trash_until: '2024-05-08T00:00:00Z', target_count: targets, protected_count: 0, ...more,
});
const say = (language: 'en' | 'pl', plan: SentencePlan): string => plain(planSentence(plan, texts[language], createFormat(language, 'UTC')));
const button = (language: 'en' | 'pl', plan: SentencePlan): string => plain(buttonText(plan, texts[language], createFormat(language, 'UTC')));

describe('the sentence of a plan', () => {
  it('tells act, amount, choice and where it goes', () => {
    expect(say('en', purge(42))).toBe('Purge 42 reports (1,204 files, 3.1 GiB). Chosen by: category smoke; last changed up to 2024-04-01 24:00 UTC. Everything goes to the trash and can be restored until 2024-05-08. Space is freed when the trash is emptied.');
    expect(say('pl', purge(42))).toBe('Wyczyszczenie 42 raportów (1204 pliki, 3,1 GiB). Wybór: kategoria smoke; ostatnia zmiana do 2024-04-01 24:00 UTC. Wszystko trafi do kosza i da się przywrócić do 2024-05-08. Miejsce zwolni się po opróżnieniu kosza.');
  });

  it('counts in Polish as people do', () => {
    expect([1, 2, 5, 12, 22, 25].map((count) => button('pl', purge(count)))).toEqual([
      'Wyczyść 1 raport', 'Wyczyść 2 raporty', 'Wyczyść 5 raportów', 'Wyczyść 12 raportów', 'Wyczyść 22 raporty', 'Wyczyść 25 raportów',
    ]);
  });

  it('names signal quality files apart from the reports', () => {
    const plan = purge(5, { facts: { planned_count: 2 } });
    expect(say('en', plan)).toContain('Purge 2 reports and 3 signal quality files older than 30 days (1,204 files');
    expect(button('en', plan)).toBe('Purge 2 reports');
    const only = purge(3, { facts: { planned_count: 0 }, protected_count: 77 });
    expect(button('en', only)).toBe('Remove 3 signal quality files');
    expect(say('en', only)).toMatch(/^Remove 3 signal quality files older than 30 days and no report .*77 protected things stay untouched\.$/u);
  });

  it('says when nothing chooses and when nothing can be undone', () => {
    const text = say('en', purge(3, { input: {}, permanent: true, totals: { targets: 3, files: 4, directories: 0, bytes: 2048, reclaimed_bytes: 2048 } }));
    expect(text).toContain('No filter is set: every report is included.');
    expect(text).toContain('The space (2 KiB) is freed at once. This cannot be undone.');
    expect(button('en', purge(3, { permanent: true }))).toBe('Purge 3 reports for good');
  });

  it('says that there is nothing to do', () => {
    expect(say('en', purge(0))).toBe('Nothing to do: nothing matches, or all of it is protected.');
  });

  it('names path and destination of the other acts', () => {
    expect(say('en', purge(1, { operation: 'reports.delete', input: { path: 'smoke/run_a' } }))).toMatch(/^Delete smoke\/run_a \(/u);
    expect(button('en', purge(1, { operation: 'reports.delete', input: { path: 'smoke/run_a' }, permanent: true }))).toBe('Delete smoke/run_a for good');
    expect(say('en', purge(2, { operation: 'reports.archive', input: { format: 'tar.gz', destination: '/w/audit/a', overwrite: true } }))).toContain('Verified copies (tar.gz) go to /w/audit/a. Copies that exist there go to the trash');
    expect(say('en', purge(2, { operation: 'trash.empty', input: {} }))).toContain('This cannot be undone.');
  });
});

describe('what the button asks', () => {
  const plan = { operation: 'reports.purge', confirmation: null, needs: [{ kind: 'not_empty' as const, met: true, detail: null }, { kind: 'fresh' as const, met: true, detail: null }] };

  it('asks for a typed word before any purge, and for the plan\'s own word where it has one', () => {
    expect(wordToType(plan)).toBe('purge');
    expect(wordToType({ operation: 'reports.purge', confirmation: 'purge for good' })).toBe('purge for good');
    expect(wordToType({ operation: 'reports.archive', confirmation: null })).toBeNull();
    expect(needsMet(plan, '')).toBe(false);
    expect(needsMet(plan, 'Purge')).toBe(false);
    expect(needsMet(plan, 'purge')).toBe(true);
  });

  it('stays closed while one need is open', () => {
    expect(needsMet({ ...plan, needs: [...plan.needs, { kind: 'approval', met: false, detail: null }] }, 'purge')).toBe(false);
  });

  it('lives off a fresh plan only', () => {
    const view = { status: 'pending', valid_until: '2024-01-01T00:10:00Z' } as unknown as Parameters<typeof livenessOf>[0];
    const at = (text: string): number => Date.parse(text);
    expect(livenessOf(view, 0, at('2024-01-01T00:09:59Z'))).toBe('fresh');
    expect(livenessOf(view, 1, at('2024-01-01T00:09:59Z'))).toBe('stale');
    expect(livenessOf(view, 0, at('2024-01-01T00:10:00Z'))).toBe('expired');
    expect(livenessOf({ ...view, status: 'applied' }, 0, 0)).toBe('closed');
  });
});

describe('small parts of the dialog', () => {
  it('leaves the folders of the workspace itself out of the command line', () => {
    expect(shortInput({ base_dir: '/w/var/reports', signal_quality_dir: '/w/reports/exchanges/signal_quality', since: 'x' }, '/w')).toEqual({ since: 'x' });
    expect(shortInput({ base_dir: '/w/other' }, '/w')).toEqual({ base_dir: '/w/other' });
  });

  it('estimates the time left from bytes where there are any, and says nothing too early', () => {
    const progress = { phase: 'p', done: 1, total: 100, bytes_done: 500, bytes_total: 1000, item: null };
    expect(paceOf(progress, 2000)).toEqual({ share: 0.5, bytesPerSecond: 250, leftMs: 2000 });
    expect(paceOf({ ...progress, bytes_total: null, bytes_done: 0 }, 2000)).toEqual({ share: 0.01, bytesPerSecond: null, leftMs: 198_000 });
    expect(paceOf(progress, 100).leftMs).toBeNull();
    expect(paceOf({ ...progress, total: null, bytes_total: null }, 5000).share).toBeNull();
  });

  it('puts the longest waiting request first', () => {
    const actor = { name: 'a', os_user: 'a', host: 'h', door: 'window' as const };
    const plan = (id: string, created_at: string, at: string | null): { id: string; status: 'pending'; created_at: string; requested: { actor: typeof actor; at: string; note: null } | null } =>
      ({ id, status: 'pending', created_at, requested: at === null ? null : { actor, at, note: null } });
    const sorted = [plan('new', '2024-01-05', null), plan('late', '2024-01-01', '2024-01-04'), plan('early', '2024-01-02', '2024-01-03'), plan('old', '2024-01-01', null)].sort(inboxOrder);
    expect(sorted.map((one) => one.id)).toEqual(['early', 'late', 'new', 'old']);
  });
});
