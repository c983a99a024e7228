import { describe, expect, it } from 'vitest';
import { columnWidths, drawerWidth, sparedColumns } from '../../src/renderer/features/reports/columns.ts';

const none = { hidden: [], widths: {} };
const wide = (window: number, drawer: boolean): number => {
  const spared = sparedColumns({ window, drawer, ...none });
  return Object.entries(columnWidths).filter(([column]) => !spared.includes(column)).reduce((sum, [, width]) => sum + width, 0);
};

describe('columns of the report table', () => {
  it('stand in full in every usual window, with and without the details beside them', () => {
    for (const window of [1024, 1100, 1280, 1440, 1920]) for (const drawer of [false, true]) expect(wide(window, drawer), `${String(window)} ${String(drawer)}`).toBeLessThanOrEqual(window - 104 - 32 - (drawer ? drawerWidth : 0));
  });

  it('are all there where there is room, and name and state always are', () => {
    expect(sparedColumns({ window: 1920, drawer: false, ...none })).toEqual([]);
    const least = sparedColumns({ window: 1024, drawer: true, ...none });
    for (const column of ['name', 'summary_status', 'actions']) expect(least).not.toContain(column);
  });

  it('keep the room that a hidden column leaves, and give way to one that was widened', () => {
    expect(sparedColumns({ window: 1280, drawer: false, hidden: ['created_at'], widths: {} })).toEqual([]);
    expect(sparedColumns({ window: 1280, drawer: false, hidden: [], widths: { name: 420 } })).toEqual(['created_at', 'file_count']);
  });
});
