/** Text for any value: scalars as aligned pairs, lists of objects as tables; used where an area has no view of its own. */
import { counted } from './counted.ts';
import { clean, formatBytes, formatInstant } from './format.ts';
import type { Pen } from './pen.ts';
import { renderPairs, renderTable } from './table.ts';

const bytesName = /(^|_)bytes$|^(total_|removed_|copied_)?size$/;
const instantName = /(_at|_until|^at|^since|^until|^cutoff)$/;

export function cell(name: string, value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'number') return bytesName.test(name) ? formatBytes(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return instantName.test(name) ? formatInstant(value) : clean(value);
  return clean(JSON.stringify(value));
}

/** What fits into a table's cell; the whole of it is in the answer of `--json`. */
const nestedShown = 60;

function tableCell(name: string, value: unknown): string {
  const text = cell(name, value);
  if (isScalar(value) || text.length <= nestedShown) return text;
  return Array.isArray(value) ? counted(value.length, 'item') : counted(Object.keys(value as object).length, 'field');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

export function renderGeneric(value: unknown, pen: Pen): string {
  if (Array.isArray(value)) return renderList(value, pen);
  if (!isRecord(value)) return cell('', value);
  const entries = Object.entries(value);
  if (entries.length === 0) return 'none';
  const pairs = entries.filter(([, field]) => isScalar(field)).map(([name, field]) => [name, paintScalar(name, field, pen)] as const);
  const parts = pairs.length > 0 ? [renderPairs(pairs)] : [];
  for (const [name, field] of entries) {
    if (isScalar(field)) continue;
    parts.push(`${pen.paint('strong', name)}\n${indent(renderGeneric(field, pen))}`);
  }
  return parts.join('\n\n');
}

function renderList(values: readonly unknown[], pen: Pen): string {
  if (values.length === 0) return 'none';
  const records = values.filter(isRecord);
  if (records.length < values.length) return values.map((value) => cell('', value)).join('\n');
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => names.map((name) => tableCell(name, record[name])));
  return renderTable(names.map((title) => ({ title, right: typeof records[0]?.[title] === 'number' })), rows, (text) => pen.status(text));
}

const paintScalar = (name: string, value: unknown, pen: Pen): string => pen.status(String(value), cell(name, value));

const indent = (text: string): string => text.split('\n').map((line) => `  ${line}`.trimEnd()).join('\n');
