/** Which drawn row shows which report. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportRow } from '#contract';
import { assignSlots, slotOf, type Slots } from '../../src/renderer/features/reports/rowSlots.ts';

const rowsOf = (names: readonly string[]): readonly ReportRow[] => names.map((name) => ({
  relative_path: name, category: 'daily', display_name: name, updated_at: '', created_at: '', total_size: 0, export_count: 0, file_count: 0,
  has_summary: true, has_exports: false, summary_status: 'valid', problems: [],
}));
const none: Slots = new Map();

describe('slots of rows', () => {
  it('are filled anew in place when all reports change', () => {
    const before = assignSlots(rowsOf(['a', 'b', 'c']), none);
    expect([...assignSlots(rowsOf(['d', 'e', 'f']), before)]).toEqual([['d', 0], ['e', 1], ['f', 2]]);
  });

  it('stay with reports that stay', () => {
    const before = assignSlots(rowsOf(['a', 'b', 'c']), none);
    expect(assignSlots(rowsOf(['new', 'a', 'b', 'c']), before)).toEqual(new Map([['new', 3], ['a', 0], ['b', 1], ['c', 2]]));
  });

  it('are never shared, and each row knows its own', () => {
    const page = fc.uniqueArray(fc.constantFrom(...'abcdefghijkl'), { maxLength: 8 });
    fc.assert(fc.property(fc.array(page, { minLength: 1, maxLength: 8 }), (pages) => {
      let slots = none;
      for (const names of pages) {
        const rows = rowsOf(names);
        const next = assignSlots(rows, slots);
        expect(new Set(next.values()).size).toBe(names.length);
        expect(rows.map(slotOf)).toEqual(names.map((name) => next.get(name)));
        for (const name of names) if (slots.has(name)) expect(next.get(name)).toBe(slots.get(name));
        expect(Math.max(-1, ...next.values())).toBeLessThan(16);
        slots = next;
      }
    }));
  });
});
