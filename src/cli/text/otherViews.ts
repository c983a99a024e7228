/** Text views of trash, journal and workspace. */
import { counted } from './counted.ts';
import type { JournalEntry, OperationOutput } from '#contract';
import { clean, formatBytes, formatInstant } from './format.ts';
import { cell } from './generic.ts';
import type { Pen } from './pen.ts';
import { renderPairs, renderTable } from './table.ts';

export function trashListView(value: OperationOutput<'trash.list'>, pen: Pen): string {
  if (value.entries.length === 0) return 'The trash is empty.';
  return [
    renderTable(
      [{ title: 'ENTRY' }, { title: 'FROM' }, { title: 'FILES', right: true }, { title: 'SIZE', right: true }, { title: 'REMOVED' }, { title: 'KEPT UNTIL' }, { title: 'STATUS' }],
      value.entries.map((entry) => [
        entry.id, entry.operation, String(entry.files), formatBytes(entry.bytes), formatInstant(entry.created_at), cell('keep_until', entry.keep_until), entry.status,
      ]),
      (text, _row, column) => column === 6 ? pen.status(text) : text,
    ),
    `${counted(value.totals.entries, 'entry', 'entries')}, ${counted(value.totals.files, 'file')}, ${formatBytes(value.totals.bytes)}`,
  ].join('\n\n');
}

export function trashShowView(value: OperationOutput<'trash.show'>, pen: Pen): string {
  return [
    renderPairs([
      ['entry', value.entry.id],
      ['status', pen.status(value.entry.status)],
      ['removed', formatInstant(value.entry.created_at)],
      ['from', clean(value.entry.base)],
      ['lies in', clean(value.entry.location)],
    ]),
    renderTable(
      [{ title: 'KIND' }, { title: 'SIZE', right: true }, { title: 'THERE' }, { title: 'ORIGINAL PLACE' }],
      value.items.map((item) => [item.kind, formatBytes(item.size), item.present ? 'yes' : 'no', clean(item.original_path)]),
    ),
  ].join('\n\n');
}

function entryTable(entries: readonly JournalEntry[]): string {
  return renderTable(
    [{ title: 'SEQ', right: true }, { title: 'TIME' }, { title: 'STAGE' }, { title: 'TYPE' }, { title: 'SUBJECT' }, { title: 'WHO' }],
    entries.map((entry) => [String(entry.seq), formatInstant(entry.at), entry.stage, clean(entry.type), clean(entry.subject ?? '-'), clean(entry.actor.name)]),
  );
}

export function journalListView(value: OperationOutput<'journal.list'>): string {
  return value.entries.length === 0 ? 'No entries.' : entryTable(value.entries);
}

export function journalShowView(value: OperationOutput<'journal.show'>): string {
  const { entry, related } = value;
  return [
    renderPairs([
      ['entry', String(entry.seq)], ['time', formatInstant(entry.at)], ['type', clean(entry.type)], ['stage', entry.stage],
      ['subject', clean(entry.subject ?? '-')], ['who', `${clean(entry.actor.name)} on ${clean(entry.actor.host)}`],
      ['hash', entry.hash], ['previous', entry.prev], ['data', clean(JSON.stringify(entry.data))],
    ]),
    ...(related.length > 0 ? [`Same act:\n${entryTable(related)}`] : []),
  ].join('\n\n');
}

export function verificationView(value: OperationOutput<'journal.verify'>, pen: Pen): string {
  const head = renderPairs([
    ['journal', pen.status(value.status)],
    ['entries', `${value.entries} in ${counted(value.segments, 'file')}`],
    ['signed up to', value.unsigned_tail === 0 ? 'the end' : `${value.unsigned_tail} entries before the end`],
    ['checkpoints', String(value.checkpoints)],
    ['key', value.key.storage + (value.key.warning === null ? '' : ` (${clean(value.key.warning)})`)],
    ['checked', formatInstant(value.verified_at)],
  ]);
  if (value.findings.length === 0) return head;
  return `${head}\n\n${renderTable(
    [{ title: 'FINDING' }, { title: 'SEQ', right: true }, { title: 'FILE' }, { title: 'LINE', right: true }, { title: 'WHAT' }],
    value.findings.map((finding) => [finding.kind, cell('', finding.seq), cell('', finding.segment), cell('', finding.line), clean(finding.message)]),
    (text, _row, column) => column === 0 ? pen.paint('bad', text) : text,
  )}`;
}

export function checkView(value: OperationOutput<'workspace.check'>, pen: Pen): string {
  const head = renderPairs([
    ['workspace', pen.status(value.status)],
    ['looked at', `${counted(value.plans, 'plan')}, ${counted(value.trash_entries, 'trash entry', 'trash entries')}, ${counted(value.files_checked, 'file')}`],
    ['checked', `${formatInstant(value.checked_at)}${value.read_only ? ', read only: nothing was repaired' : ''}`],
  ]);
  if (value.findings.length === 0) return head;
  return `${head}\n\n${renderTable(
    [{ title: 'SEVERITY' }, { title: 'KIND' }, { title: 'PATH' }, { title: 'WHAT' }],
    value.findings.map((finding) => [finding.severity, finding.kind, cell('', finding.path), clean(finding.message)]),
    (text, _row, column) => column === 0 ? pen.status(text) : text,
  )}`;
}
