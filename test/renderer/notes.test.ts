import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next, { createInstance } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConsoleError, errorCodes, failureNote, note, noteCodes, noteText, noteTexts } from '#contract';
import { en } from '../../src/renderer/i18n/en.ts';
import { pl } from '../../src/renderer/i18n/pl.ts';
import { notes as polishNotes } from '../../src/renderer/i18n/pl/notes.ts';
import { factsOf, noteLine, notesLine, shownFacts } from '../../src/renderer/i18n/notes.ts';
import type { Text } from '../../src/renderer/i18n/index.ts';

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

describe('sentences of results', () => {
  it('are said in Polish for every code, in other words than the English ones', () => {
    const codes = noteCodes.filter((code) => code !== 'failure');
    expect(Object.keys(polishNotes).sort()).toEqual([...codes].sort());
    const polish: Readonly<Record<string, string>> = polishNotes;
    const english: Readonly<Record<string, string>> = noteTexts;
    for (const code of codes) expect(polish[code], code).not.toBe(english[code]);
  });

  it('say in English what the engine says', () => {
    const drift = note('drift_size', { was: 10, is: 20 });
    expect(noteText(drift)).toBe('size was 10 bytes, is 20 bytes');
    expect(noteLine(texts.en, drift)).toBe(noteText(drift));
  });

  it('carry their facts into Polish, kinds of things as words', () => {
    expect(noteLine(texts.pl, note('protected_rule', { rule: 'var/reports/audit/**' }))).toBe('chroni to reguła var/reports/audit/** z pliku config/console.json');
    expect(noteLine(texts.pl, note('drift_kind', { was: 'file', is: 'link' }))).toBe('rodzaj się zmienił: był plik, jest dowiązanie');
  });

  it('say why a job or the loop waits in words, where the reason is a code', () => {
    expect(noteLine(texts.pl, note('loop_job_held_up', { job: 'sol-retrain', reason: 'cooldown' }))).toBe('zadanie sol-retrain jest wstrzymane (karencja po niepowodzeniu)');
    expect(noteLine(texts.en, note('loop_job_held_up', { job: 'sol-retrain', reason: 'cooldown' }))).toBe('sol-retrain is held up (cools down after a failure)');
    expect(noteLine(texts.pl, note('loop_held_up', { reason: 'paused' }))).toBe('Nic się nie rozpoczyna: AutoMode jest wstrzymany');
    expect(noteLine(texts.pl, note('guardrails_in_force', { names: 'effective_risk, tail_risk_index' }))).toBe('Działają: ryzyko efektywne, ryzyko ogona');
    expect(noteLine(texts.pl, note('guardrails_unknown', { provider: 'signals', state: 'stale' }))).toBe('Stan nieznany: Sygnały bota (zbyt stare)');
  });

  it('tell an error of the contract by its code, with path and answer of the system', () => {
    const error = new ConsoleError('IO', 'The system refused to write /w/a (EACCES).', { details: { path: '/w/a', system: 'EACCES', half: { hidden: true } } });
    expect(noteLine(texts.pl, failureNote(error))).toBe('System operacyjny odmówił operacji na pliku. · Ścieżka: /w/a · Odpowiedź systemu: EACCES');
    expect(noteLine(texts.pl, failureNote(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), '/w/b'))).toBe('/w/b: system odmówił (EIO)');
    for (const code of errorCodes) expect(noteLine(texts.pl, failureNote(new ConsoleError(code, 'x'))), code).not.toContain('errors.');
  });

  it('stay silent about a code that this window does not know, so that the engine\'s own words are offered', () => {
    expect(notesLine(texts.pl, [note('drift_gone'), { code: 'of_tomorrow', params: {} }])).toBeNull();
    expect(notesLine(texts.pl, undefined)).toBeNull();
    expect(notesLine(texts.pl, [note('drift_gone'), note('drift_written')])).toBe('już tego nie ma; od tego czasu coś tu zapisano');
  });
});

describe('facts of an error', () => {
  it('have a name in both languages', () => {
    for (const dictionary of [en, pl]) {
      const { fact } = dictionary['errors'] as { fact: Readonly<Record<string, string>> };
      expect(Object.keys(fact).sort()).toEqual([...shownFacts].sort());
    }
  });

  it('are shown in a fixed order, with words where the value is one of a closed set', () => {
    expect(factsOf(texts.pl, { role: 'viewer', field: 'path', conflicts: ['a'], needed: 'admin' })).toEqual([
      ['Pole', 'ścieżka'], ['Potrzebna rola', 'administrator'], ['Twoja rola', 'obserwator'],
    ]);
  });
});

describe('the window', () => {
  it('shows the engine\'s own English in one place only, where it is offered as technical details', () => {
    const root = join(import.meta.dirname, '..', '..', 'src', 'renderer');
    const showing = globSync('**/*.tsx', { cwd: root }).filter((path) => readFileSync(join(root, path), 'utf8').includes('lang="en"'));
    expect(showing).toEqual([join('ui', 'said.tsx')]);
    const raw = globSync('features/**/*.tsx', { cwd: root }).filter((path) => /(?<!\$)\{(?:one|problem|finding|error|entry|outcome|key|loop|target)\.(?:message|remedy|detail|warning|problem|error)\}/u
      .test(readFileSync(join(root, path), 'utf8').replaceAll(/(?:text|title|notes|key)=\{[^}]*\}/gu, '')));
    expect(raw.filter((path) => !path.endsWith('ErrorBoundary.tsx'))).toEqual([]);
  });
});
