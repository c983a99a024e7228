/** Views that grow with the journal hold what fresh ones would hold, whatever happens to its files. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalEntry } from '#contract';
import { keptView } from '../../src/runtime/core/journalViews.ts';
import { entry, newRoot, openBench } from './support.ts';

const deletions = ['reports.delete'];

function openView() {
  const read: number[] = [];
  const view = keptView<object, number[]>({
    types: deletions, open: () => [],
    add: (numbers, entries: readonly JournalEntry[]) => {
      read.push(entries.length);
      numbers.push(...entries.map(({ seq }) => seq).toSorted((a, b) => a - b));
    },
  });
  return { view, read };
}

it('lists only what came after a number, over the bounds of segments', () => {
  const { journal, segments } = openBench({ maxSegmentBytes: 4_000 });
  for (let number = 0; number < 40; number += 1) journal.append(entry(number));
  expect(segments().length).toBeGreaterThan(2);
  const numbers = (after: number, type?: readonly string[]): readonly number[] => journal.list({ limit: 1000, after, type }).entries.map(({ seq }) => seq);
  expect(numbers(37)).toEqual([40, 39, 38]);
  expect(numbers(40)).toEqual([]);
  expect(numbers(0)).toHaveLength(40);
  expect(numbers(34, deletions)).toEqual([40, 38, 36]);
  expect(journal.list({ limit: 1000, after: 30, before: 34 }).entries.map(({ seq }) => seq)).toEqual([33, 32, 31]);
});

it('grows by new entries, reads nothing where nothing came, and nothing twice', () => {
  const { journal } = openBench({ maxSegmentBytes: 4_000 });
  const { view, read } = openView();
  const key = {};
  expect(view(key, journal)).toEqual([]);
  journal.appendMany(Array.from({ length: 30 }, (_, number) => entry(number)));
  const first = view(key, journal);
  expect(first).toHaveLength(15);
  expect(view(key, journal)).toBe(first);
  journal.append(entry(1));
  journal.append(entry(2));
  expect(view(key, journal)).toBe(first);
  expect(first).toEqual(journal.list({ limit: 1000, type: deletions }).entries.map(({ seq }) => seq).toSorted((a, b) => a - b));
  expect(read).toEqual([0, 15, 1]);
  expect(view({}, journal)).toEqual(first);
});

it('is made anew where an older journal was put back and went another way', () => {
  const { journal, root } = openBench();
  const { view } = openView();
  const key = {};
  journal.appendMany(Array.from({ length: 10 }, (_, number) => entry(number)));
  const backup = join(newRoot(), 'backup');
  cpSync(join(root, 'audit'), backup, { recursive: true });
  journal.appendMany(Array.from({ length: 6 }, (_, number) => entry(number)));
  expect(view(key, journal)).toHaveLength(8);
  rmSync(join(root, 'audit'), { recursive: true });
  cpSync(backup, join(root, 'audit'), { recursive: true });
  expect(view(key, journal)).toHaveLength(5);
  journal.appendMany(Array.from({ length: 20 }, () => entry(2)));
  expect(view(key, journal)).toHaveLength(5);
});
