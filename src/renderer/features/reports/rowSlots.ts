/**
 * Which drawn row shows which report. A report that stays keeps its row, so focus and selection stay with it; the rows
 * of reports that went are filled anew, which costs far less than tearing them down and building others.
 */
import type { ReportRow } from '#contract';

const slotOfRow = new WeakMap<ReportRow, number>();

/** The identifier of a drawn row, for rows that went through {@link assignSlots}. */
export const slotOf = (row: ReportRow): number => slotOfRow.get(row) ?? -1;

/** Report to slot, in the order of the rows. */
export type Slots = ReadonlyMap<string, number>;

export function assignSlots(rows: readonly ReportRow[], before: Slots): Slots {
  const staying = rows.map((row) => before.get(row.relative_path));
  const used = new Set(staying);
  const earlier = [...before.values()];
  const slots = new Map<string, number>();
  let free = 0;
  rows.forEach((row, at) => {
    let slot = staying[at] ?? earlier[at];
    if (slot === undefined || (staying[at] === undefined && used.has(slot))) {
      while (used.has(free)) free += 1;
      slot = free;
    }
    used.add(slot);
    slotOfRow.set(row, slot);
    slots.set(row.relative_path, slot);
  });
  return slots;
}

let drawn: { readonly rows: readonly ReportRow[]; readonly slots: Slots } = { rows: [], slots: new Map() };

/** The slots of the rows that the table shows next; equal rows keep theirs. */
export function slotsFor(rows: readonly ReportRow[]): Slots {
  if (drawn.rows !== rows) drawn = { rows, slots: assignSlots(rows, drawn.slots) };
  return drawn.slots;
}
