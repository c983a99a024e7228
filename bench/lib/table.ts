/** The printed form of a line: what, ours, theirs, how they relate, what was promised, and whether it holds. */
import { verdictOf, type Bound, type Figure, type Line } from './types.ts';

const digits = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3);

const figure = ({ value, unit }: Figure): string => (Number.isFinite(value) ? `${value.toFixed(digits(value))} ${unit}` : 'none');

const boundText = (bound: Bound | null, unit: Figure['unit']): string => {
  if (bound === null) return '';
  const sign = bound.is === 'at most' ? '<=' : '>=';
  return bound.on === 'ours' ? `${sign} ${bound.value} ${unit}` : `ratio ${sign} ${bound.value}`;
};

const widths = [44, 10, 34, 7, 16] as const;

const row = (cells: readonly string[]): string => cells.map((cell, at) => (at < widths.length ? cell.padEnd(widths[at] ?? 0) : cell)).join('  ').trimEnd();

export const tableHead = (): string => [row(['name', 'ours', 'raw limit or peer', 'ratio', 'bound', '']), '-'.repeat(widths.reduce((sum, width) => sum + width + 2, 8))].join('\n');

export function tableLine(line: Line): string {
  const other = line.other === null ? '' : `${figure(line.other)} ${line.other.name}`;
  return row([line.name, figure(line.ours), other, line.ratio === null ? '' : line.ratio.toFixed(2), boundText(line.bound, line.ours.unit), verdictOf(line) === 'informs' ? '' : verdictOf(line)]);
}
