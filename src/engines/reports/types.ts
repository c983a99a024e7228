/** What the reports engine shows to others: reports, their files, and what a scan found. */
import type { ReportProblem } from '#contract';
import type { FileKind } from '#engines/storage';
import type { SummaryFacts } from './summaryFacts.ts';

export type FileRole = 'summary' | 'export' | 'archive' | 'other';

/** Where a link leads: only links to regular files have one that counts for sizes and times. */
export interface LinkTarget {
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly absolutePath: string;
}

/** One directory entry that is no folder, as it is itself: a link has its own size and time here. */
export interface OwnedFile {
  /** Relative to the reports folder, `/`-separated. */
  readonly path: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly mode: number;
  readonly role: FileRole;
  /** Null for everything but links that lead somewhere. */
  readonly target: LinkTarget | null;
}

export interface Report {
  /** The identifier: the folder relative to the reports folder, a file's name for a file at the top, `.` for the top itself. */
  readonly relativePath: string;
  readonly category: string;
  /** `folder`: a folder and what it owns. `file`: one file at the top of the reports folder. */
  readonly shape: 'folder' | 'file';
  /** Every file, link and special file that belongs to this report and to no other. */
  readonly files: readonly OwnedFile[];
  /**
   * Folders that hold nothing but this report once its files are gone, deepest first: its own, a folded `exports`
   * with all below, and folders below that lead to no other report. Relative to the reports folder. They may hold
   * folders of other reports: remove them only when they have become empty.
   */
  readonly folders: readonly string[];
  readonly summaryFile: OwnedFile | null;
  readonly summary: SummaryFacts | null;
  readonly exports: readonly OwnedFile[];
  readonly updatedNs: bigint;
  readonly createdNs: bigint;
  readonly updatedMicros: number;
  readonly createdMicros: number;
  readonly totalSize: number;
  readonly summaryStatus: 'valid' | 'missing' | 'invalid';
  readonly displayName: string;
  readonly problems: readonly ReportProblem[];
}
