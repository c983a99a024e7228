/** How wide the columns of reports are, and which of them step aside where the table has little room. */

/** In pixels. The name of a report takes what the others leave, and never less than this. */
export const columnWidths = {
  name: 220, category: 104, summary_status: 136, updated_at: 196, created_at: 196, size: 96, file_count: 70, export_count: 95, actions: 66,
} as const;
type Column = keyof typeof columnWidths;

/** Those that a person misses least go first; the details show all of them. */
const aside = ['created_at', 'file_count', 'export_count', 'size', 'category', 'updated_at'] as const satisfies readonly Column[];

/** Beside the details, which tell the rest, names are what the other reports are known by: they get more room there. */
const nameBesideDetails = 300;

/** Rail, margins, borders and a scroll bar. */
const frame = 104 + 2 * 16 + 2 + 17;
export const drawerWidth = 400;

interface Room {
  readonly window: number;
  readonly drawer: boolean;
  readonly hidden: readonly string[];
  /** Widths that a person has set. */
  readonly widths: Readonly<Record<string, number>>;
}

/** The columns that go so that the others stand in full. */
export function sparedColumns({ window, drawer, hidden, widths }: Room): readonly string[] {
  const room = window - frame - (drawer ? drawerWidth : 0);
  const width = (column: Column): number => widths[column] ?? (column === 'name' && drawer ? nameBesideDetails : columnWidths[column]);
  const present = (Object.keys(columnWidths) as Column[]).filter((column) => !hidden.includes(column));
  let needed = present.reduce((sum, column) => sum + width(column), 0);
  const spared: string[] = [];
  for (const column of aside) {
    if (needed <= room) break;
    if (!present.includes(column)) continue;
    spared.push(column);
    needed -= width(column);
  }
  return spared;
}
