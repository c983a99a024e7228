/** Aligned columns; widths are counted in terminal columns, not in code units. */
import { displayWidth } from './format.ts';

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

export type Paint = (text: string, row: number, column: number) => string;

export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint = (text) => text): string {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, displayWidth(row[index] ?? '')), displayWidth(column.title)));
  const line = (cells: readonly string[], row: number): string => columns.map((column, index) => {
    const text = cells[index] ?? '';
    const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(text)));
    const painted = row < 0 ? text : paint(text, row, index);
    return column.right === true ? gap + painted : painted + gap;
  }).join('  ').trimEnd();
  return [line(columns.map((column) => column.title), -1), ...rows.map((row, index) => line(row, index))].join('\n');
}

/** `name: value` lines with the values under one another. */
export function renderPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => displayWidth(name)));
  return pairs.map(([name, value]) => `${name}:${' '.repeat(width - displayWidth(name))} ${value}`.trimEnd()).join('\n');
}
