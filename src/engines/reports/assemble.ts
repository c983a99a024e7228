/**
 * Promise: every regular file of the tree belongs to exactly one report, and so does everything else that lies in or
 * below the folder of one. Reports come in the order of the earlier tools: with a summary, then with archives only, then
 * loose files, then files at the top.
 */
import { FileNode, FolderNode, type TreeNode } from './tree.ts';
import { FileReport, FolderReport } from './report.ts';
import type { OwnedFile, Report } from './types.ts';

export interface Assembly {
  readonly reports: readonly Report[];
  /** Links, pipes and the like in folders that lie below no report. */
  readonly strays: readonly OwnedFile[];
}

type Rank = 'summary' | 'archive' | 'loose' | 'unreadable';

const isZip = (name: string): boolean => name.endsWith('.zip');

/** What makes the folder a report, and the child in whose place of the name order it is listed. */
function entryOf(folder: FolderNode): { readonly rank: Rank; readonly at: TreeNode } | null {
  let zip: TreeNode | null = null;
  let loose: TreeNode | null = null;
  for (const child of folder.children) {
    const isFile = child instanceof FileNode;
    if (folder.summary !== null && child.name === 'summary.json') return { rank: 'summary', at: child };
    if (isZip(child.name)) zip ??= child;
    else if (isFile && child.regular) loose ??= child;
  }
  if (zip !== null) return { rank: 'archive', at: zip };
  return loose === null || folder.parent === null ? null : { rank: 'loose', at: loose };
}

/** A report being put together: the folders whose files it owns, and folders that go once they are empty. */
export interface Draft {
  readonly folder: FolderNode;
  readonly rank: Rank;
  /** Folders whose files belong to the report, its own first. */
  readonly owned: FolderNode[];
  /** Folders below that hold no files of any report. */
  readonly hollow: FolderNode[];
  readonly unreadable: FolderNode[];
}

interface Frame {
  readonly folder: FolderNode;
  readonly draft: Draft | null;
  /** The report that folders without one of their own count to. */
  readonly holder: Draft | null;
  readonly entryAt: TreeNode | null;
  /** True where the files of this folder belong to `holder`. */
  readonly owns: boolean;
  /** True inside of `exports`, where folders with files are parts of the report as well. */
  readonly folded: boolean;
  next: number;
}

/**
 * `exports` below a report is a part of it. A folder of category level without a summary is no report to be extended,
 * only a place with loose files, and neither is the top.
 */
function takesExports(draft: Draft | null): draft is Draft {
  return draft !== null && draft.folder.parent !== null && (draft.rank === 'summary' || draft.folder.path.includes('/'));
}

class Assembler {
  readonly lists: Readonly<Record<Rank, Draft[]>> = { summary: [], archive: [], loose: [], unreadable: [] };
  readonly strays: FileNode[] = [];
  readonly topFiles: FileNode[] = [];

  run(root: FolderNode): void {
    const stack: Frame[] = [this.#enter(root, null)];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const child = frame.folder.children[frame.next];
      frame.next += 1;
      if (child === undefined) {
        stack.pop();
        continue;
      }
      if (child === frame.entryAt && frame.draft !== null) this.lists[frame.draft.rank].push(frame.draft);
      if (child instanceof FolderNode) {
        if (child.error !== 'ENOENT') stack.push(this.#enter(child, frame));
      } else if (!frame.owns) {
        this.#homeless(child, frame.folder);
      }
    }
  }

  #homeless(file: FileNode, folder: FolderNode): void {
    if (folder.parent === null && file.regular) this.topFiles.push(file);
    else this.strays.push(file);
  }

  #enter(folder: FolderNode, above: Frame | null): Frame {
    const entry = entryOf(folder);
    const holder = above?.holder ?? null;
    if (above !== null && holder !== null && this.#folds(folder, above, holder)) {
      holder.owned.push(folder);
      if (folder.error !== null) holder.unreadable.push(folder);
      return { folder, draft: null, holder, entryAt: null, owns: true, folded: true, next: 0 };
    }
    if (entry === null && folder.error !== null && folder.parent !== null) return this.#unreadable(folder, holder);
    if (entry === null) {
      // Links and the like that lie below a report go with it: no other one could ever take them.
      const owns = holder !== null && folder.parent !== null && folder.children.some((child) => child instanceof FileNode);
      (owns ? holder.owned : holder?.hollow)?.push(folder);
      return { folder, draft: null, holder, entryAt: null, owns, folded: false, next: 0 };
    }
    const draft: Draft = { folder, rank: entry.rank, owned: [folder], hollow: [], unreadable: [] };
    return { folder, draft, holder: draft, entryAt: entry.at, owns: true, folded: false, next: 0 };
  }

  /** Inside a report's `exports`; a folder with a summary of its own stays a report of its own wherever it lies. */
  #folds(folder: FolderNode, above: Frame, holder: Draft): boolean {
    if (folder.summary !== null) return false;
    return above.folded || (folder.name === 'exports' && above.draft === holder && takesExports(holder));
  }

  /** It may hide anything: the report around it says so, or it is a row of its own. */
  #unreadable(folder: FolderNode, holder: Draft | null): Frame {
    if (holder !== null && holder.folder.parent !== null) {
      holder.unreadable.push(folder);
    } else {
      this.lists.unreadable.push({ folder, rank: 'unreadable', owned: [], hollow: [], unreadable: [folder] });
    }
    return { folder, draft: null, holder: null, entryAt: null, owns: false, folded: false, next: 0 };
  }
}

/** What was made of a folder before, to be used again while nothing in it changed. */
export class ReportCache {
  readonly #folders = new WeakMap<FolderNode, FolderReport>();
  readonly #files = new WeakMap<FileNode, FileReport>();

  folder(draft: Draft): FolderReport {
    const before = this.#folders.get(draft.folder);
    if (before?.matches(draft) === true) return before;
    const report = new FolderReport(draft);
    this.#folders.set(draft.folder, report);
    return report;
  }

  file(node: FileNode): FileReport {
    const report = this.#files.get(node) ?? new FileReport(node);
    this.#files.set(node, report);
    return report;
  }
}

/** Newest first; equal times keep the order of discovery. */
export function assemble(root: FolderNode, cache: ReportCache): Assembly {
  const assembler = new Assembler();
  assembler.run(root);
  const { summary, archive, loose, unreadable } = assembler.lists;
  const reports: Report[] = [summary, archive, loose, unreadable].flatMap((drafts) => drafts.map((draft) => cache.folder(draft)));
  for (const file of assembler.topFiles) reports.push(cache.file(file));
  reports.sort((a, b) => b.updatedMicros - a.updatedMicros);
  return { reports, strays: assembler.strays };
}
