import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createFormat, durationText, utcText } from '../../src/renderer/format/index.ts';
import { cliLine, quote } from '../../src/renderer/format/cliLine.ts';
import { shownName } from '../../src/renderer/format/names.ts';
import { clean } from '../../src/cli/text/format.ts';
import { downsample, type Point } from '../../src/renderer/format/downsample.ts';
import { heatColour, toAxis, toCurves, toInstant } from '../../src/renderer/features/reports/chartData.ts';

const english = createFormat('en', 'UTC');
const polish = createFormat('pl', 'Europe/Warsaw');
const plain = (text: string): string => text.replaceAll(/\s/gu, ' ');

describe('numbers and times', () => {
  it('writes sizes in binary units', () => {
    expect(plain(english.bytes(0))).toBe('0 B');
    expect(plain(english.bytes(1023))).toBe('1,023 B');
    expect(plain(english.bytes(1024))).toBe('1 KiB');
    expect(plain(english.bytes(1536))).toBe('1.5 KiB');
    expect(plain(english.bytes(3.1 * 1024 ** 3))).toBe('3.1 GiB');
    expect(plain(polish.bytes(1536))).toBe('1,5 KiB');
    expect(plain(polish.percent(0.205))).toBe('20,5 %');
    expect(plain(english.percent(0.205, 0))).toBe('21 %');
  });

  it('ends no line between a number and its unit, or within a date', () => {
    expect(english.bytes(1536)).toBe('1.5\u00a0KiB');
    expect(english.percent(0.2)).toBe('20\u00a0%');
    expect(durationText(7_800_000)).toBe('2\u00a0h\u00a010\u00a0min');
    expect(english.instant('2026-11-30T22:36:00Z')).toBe('30\u00a0Nov\u00a02026, 22:36\u00a0UTC');
    expect(polish.ago('2024-01-01T11:55:00Z', Date.parse('2024-01-01T12:00:00Z'))).toBe('5\u00a0minut temu');
  });

  it('writes an instant in the local zone with its name, and in UTC for evidence', () => {
    expect(plain(polish.instant('2024-07-01T10:00:00Z'))).toBe('01.07.2024, 12:00 CEST');
    expect(utcText('2024-07-01T12:00:00+02:00')).toBe('2024-07-01 10:00:00 UTC');
  });

  it('writes the month as a word where its number could be taken for a day', () => {
    expect(plain(english.instant('2026-12-01T00:12:00Z'))).toBe('1 Dec 2026, 00:12 UTC');
    expect(plain(english.date('2026-05-06T00:12:00Z'))).toBe('6 May 2026');
    expect(plain(polish.date('2026-05-06T00:12:00Z'))).toBe('06.05.2026');
  });

  it('writes times, days and the zone apart, for an axis', () => {
    const at = Date.parse('2026-12-01T00:15:00Z');
    expect(english.time(at)).toBe('00:15');
    expect(polish.time(at)).toBe('01:15');
    expect(plain(english.day(at))).toBe('1 Dec');
    expect(polish.day(at)).toBe('01.12');
    expect(polish.zone(at)).toBe('CET');
  });

  it('shows what is no instant as it stands', () => {
    expect(english.instant('yesterday')).toBe('yesterday');
    expect(utcText('')).toBe('');
  });

  it('tells the distance in the language of the person', () => {
    const now = Date.parse('2024-01-01T12:00:00Z');
    expect(plain(english.ago('2024-01-01T11:55:00Z', now))).toBe('5 minutes ago');
    expect(plain(polish.ago('2024-01-01T11:55:00Z', now))).toBe('5 minut temu');
    expect(plain(polish.ago('2024-01-01T14:00:00Z', now))).toBe('za 2 godziny');
  });

  it('writes durations with the two largest units, the second one only where it says something', () => {
    const said = (milliseconds: number): string => plain(durationText(milliseconds));
    expect(said(-5)).toBe('0 s');
    expect(said(41_000)).toBe('41 s');
    expect(said(185_000)).toBe('3 min 05 s');
    expect(said(180_000)).toBe('3 min');
    expect(said(7_800_000)).toBe('2 h 10 min');
    expect(said(21_600_000)).toBe('6 h');
    expect(said(90_000_000)).toBe('1 d 01 h');
    expect(said(86_400_000)).toBe('1 d');
  });
});

describe('down-sampling', () => {
  const points: Point[] = Array.from({ length: 10_000 }, (_one, x) => ({ x, y: Math.sin(x / 50) }));
  points[4321] = { x: 4321, y: 99 };
  points[7000] = { x: 7000, y: -99 };

  it('keeps every extreme and the last value', () => {
    const kept = downsample(points, 100);
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(kept).toContainEqual({ x: 4321, y: 99 });
    expect(kept).toContainEqual({ x: 7000, y: -99 });
    expect(kept.at(-1)).toEqual(points.at(-1));
  });

  it('invents no point and keeps the order', () => {
    const known = new Set(points);
    const kept = downsample(points, 50);
    expect(kept.every((point) => known.has(point))).toBe(true);
    expect(kept.every((point, index) => index === 0 || (kept[index - 1]?.x ?? 0) <= point.x)).toBe(true);
  });

  it('leaves few points as they are, and copes with none and with equal instants', () => {
    expect(downsample(points.slice(0, 6), 2)).toHaveLength(6);
    expect(downsample([], 10)).toEqual([]);
    expect(downsample([{ x: 1, y: 1 }, { x: 1, y: 3 }, { x: 1, y: 2 }, { x: 1, y: 0 }], 1)).toEqual([{ x: 1, y: 3 }, { x: 1, y: 0 }]);
  });
});

describe('chart data', () => {
  const point = (timestamp: string | number, value: number, category: string): Parameters<typeof toCurves>[0][number] => ({ timestamp, value, category, source: 's', label: 'l' });

  it('reads seconds, milliseconds and text, and refuses the rest', () => {
    expect(toInstant(1_700_000_000)).toBe(1_700_000_000_000);
    expect(toInstant(1_700_000_000_000)).toBe(1_700_000_000_000);
    expect(toInstant('2024-01-01T00:00:00Z')).toBe(Date.UTC(2024, 0, 1));
    expect(toInstant('soon')).toBeNull();
  });

  it('counts what cannot be drawn instead of hiding it', () => {
    const { curves, unreadable, hiddenCurves } = toCurves([point('soon', 1, 'a'), point(1, Number.NaN, 'a'), point(2, 2, 'a'), ...Array.from({ length: 8 }, (_one, n) => point(n + 1, 1, `c${String(n)}`))], 10);
    expect(unreadable).toBe(2);
    expect(curves).toHaveLength(6);
    expect(hiddenCurves).toBe(3);
  });

  it('puts curves on one axis with gaps where one has no value', () => {
    const { curves } = toCurves([point(2, 20, 'a'), point(1, 10, 'a'), point(2, 5, 'b')], 10);
    expect(toAxis(curves)).toEqual({ xs: [1000, 2000], rows: [[10, 20], [null, 5]] });
  });

  it('keeps text readable on every colour of the heat map', () => {
    const channel = (value: number): number => (value / 255 <= 0.040_45 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    for (const mode of ['light', 'dark'] as const) {
      for (let step = -20; step <= 20; step += 1) {
        const { background, ink } = heatColour(step, 20, mode);
        const [r = 0, g = 0, b = 0] = [...background.matchAll(/\d+/gu)].map((match) => Number(match[0]));
        const light = 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const contrast = ink === '#ffffff' ? 1.05 / (light + 0.05) : (light + 0.05) / 0.05;
        expect(contrast, `${mode} ${String(step)}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe('names of files', () => {
  it('show bytes that are no UTF-8, control characters and turned writing as the terminal does', () => {
    for (const name of ['smoke/run_\uf7ff', 'a\u001b[31mb', 'gnp\u202etxt.exe', 'line\u2028end', 'plain zażółć 😀']) expect(shownName(name)).toBe(clean(name));
    expect(shownName('smoke/run_\uf7ff')).toBe('smoke/run_\\xff');
  });

  it('keep their bytes in the command line that is offered for copying', () => {
    expect(cliLine('reports.delete', { path: "it's \uf7ff" })).toBe("sterownia reports delete $'it\\'s \\uf7ff'");
    expect(execFileSync('bash', ['--norc', '-c', `printf %s ${quote("it's \\ \uf7ff\u0007")}`], { env: { LC_ALL: 'C.UTF-8' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })).toBe("it's \\ \uf7ff\u0007");
  });
});
