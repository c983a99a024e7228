/** Promise: the facts of one report follow from the files that it owns, its newest file being its last change. */
import type { ReportProblem } from '#contract';
import { displayName, hasRawBytes } from '#engines/storage';
import type { Draft } from './assemble.ts';
import type { SummaryFacts } from './summaryFacts.ts';
import { orderKey } from './textOrder.ts';
import { instantFromNs, microsOf } from './timeText.ts';
import { FileNode, type FolderNode, summaryName } from './tree.ts';
import type { OwnedFile, Report } from './types.ts';

const noProblems: readonly ReportProblem[] = [];
const noFiles: readonly FileNode[] = [];

/** The name of the folder (or file) at the top, as one string shared by all below. */
function categoryOf(folder: FolderNode): string {
  let top = folder;
  while (top.parent !== null && top.parent.parent !== null) top = top.parent;
  return top.path === '' ? '.' : top.name;
}

function fileProblems(file: OwnedFile & { readonly error: string | null }): ReportProblem | null {
  if (file.error !== null) return { code: 'unreadable', path: file.path, message: `The file could not be examined (${file.error}).` };
  if (file.kind === 'link' && file.target === null) return { code: 'link_broken', path: file.path, message: 'The link leads nowhere.' };
  if (hasRawBytes(file.name)) return { code: 'name_not_utf8', path: file.path, message: `The name is not UTF-8: ${displayName(file.name)}.` };
  return null;
}

const isFile = (node: FileNode | FolderNode): node is FileNode => node instanceof FileNode;

function filesOf(draft: Draft): readonly FileNode[] {
  const [own, ...folded] = draft.owned;
  if (own === undefined) return noFiles;
  const direct = own.children.every(isFile) ? own.children as readonly FileNode[] : own.children.filter(isFile).slice();
  if (folded.length === 0) return direct;
  const all = [direct, ...folded.map((folder) => folder.children.filter(isFile))].flat().map((file) => ({ file, key: orderKey(file.path) }));
  return all.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ file }) => file);
}

const isOddZip = (node: FileNode | FolderNode): boolean => node.name.endsWith('.zip') && !(node instanceof FileNode && node.regular);

/** Latest and earliest time of a report; archives that are no files (folders, broken links) count only for the latest. */
function timesOf(draft: Draft, summaryNode: FileNode | FolderNode | undefined, exports: readonly FileNode[]): { readonly updated: bigint; readonly created: bigint } {
  let created: bigint | null = summaryNode === undefined ? null : summaryNode.listedMtimeNs;
  let updated = created;
  for (const file of exports) {
    const time = file.listedMtimeNs;
    if (created === null || time < created) created = time;
    if (updated === null || time > updated) updated = time;
  }
  const odd = draft.folder.children.some(isOddZip) ? draft.folder.children.filter(isOddZip).map((node) => node.listedMtimeNs) : [];
  for (const time of odd) if (updated === null || time > updated) updated = time;
  const oldestOdd = odd.length === 0 ? draft.folder.mtimeNs : odd.reduce((low, time) => (time < low ? time : low));
  return { updated: updated ?? draft.folder.mtimeNs, created: created ?? oldestOdd };
}

export class FolderReport implements Report {
  readonly shape = 'folder';
  readonly relativePath: string;
  readonly category: string;
  readonly files: readonly FileNode[];
  readonly summaryFile: FileNode | null;
  readonly summary: SummaryFacts | null;
  readonly exports: readonly FileNode[];
  readonly updatedNs: bigint;
  readonly createdNs: bigint;
  readonly updatedMicros: number;
  readonly createdMicros: number;
  readonly totalSize: number;
  readonly problems: readonly ReportProblem[];
  readonly #folders: readonly FolderNode[];
  readonly #version: number;
  readonly #unreadable: number;

  constructor(draft: Draft) {
    const own = draft.folder;
    this.relativePath = own.path === '' ? '.' : own.path;
    this.category = categoryOf(own);
    this.files = filesOf(draft);
    const summaryNode = own.summary === null ? undefined : own.children.find((child) => child.name === summaryName);
    this.summaryFile = summaryNode instanceof FileNode ? summaryNode : null;
    this.summary = own.summary;
    // The copy by slice has no spare room, which adds up over many reports.
    this.exports = this.files.filter((file) => file.regular && file !== summaryNode && (file.folder !== own || file.name !== summaryName)).slice();
    const { updated, created } = timesOf(draft, summaryNode, this.exports);
    this.updatedNs = updated;
    this.createdNs = created;
    this.updatedMicros = microsOf(instantFromNs(updated));
    this.createdMicros = updated === created ? this.updatedMicros : microsOf(instantFromNs(created));
    this.totalSize = this.exports.reduce((sum, file) => sum + file.listedSize, 0);
    this.problems = this.#findProblems(draft);
    this.#folders = foldersOf(draft);
    this.#version = versionOf(draft);
    this.#unreadable = draft.unreadable.length;
  }

  /** True while the draft would give the same report again. */
  matches(draft: Draft): boolean {
    return this.#folders.length === foldersOf(draft).length && this.#version === versionOf(draft) && this.#unreadable === draft.unreadable.length;
  }

  get folders(): readonly string[] {
    return this.#folders.map((folder) => folder.path).sort((a, b) => b.split('/').length - a.split('/').length || (a < b ? -1 : 1));
  }

  get summaryStatus(): 'valid' | 'missing' | 'invalid' {
    return this.summary?.status ?? 'missing';
  }

  get displayName(): string {
    return this.summary?.date ?? displayName(this.relativePath);
  }

  #findProblems(draft: Draft): readonly ReportProblem[] {
    const found: ReportProblem[] = [];
    const problem = draft.folder.summary?.problem ?? null;
    if (problem !== null) found.push({ ...problem, path: draft.folder.path === '' ? summaryName : `${draft.folder.path}/${summaryName}` });
    for (const file of this.files) {
      const trouble = fileProblems(file);
      if (trouble !== null) found.push(trouble);
    }
    for (const folder of draft.unreadable) {
      found.push({ code: 'unreadable', path: folder.path, message: `The folder could not be read (${folder.error ?? 'unknown'}).` });
    }
    if (hasRawBytes(draft.folder.path)) {
      found.push({ code: 'name_not_utf8', path: draft.folder.path, message: `The name is not UTF-8: ${displayName(draft.folder.path)}.` });
    }
    return found.length === 0 ? noProblems : found;
  }
}

/** The top is never removed, nor is a folder that could not be read. */
function foldersOf(draft: Draft): readonly FolderNode[] {
  if (draft.folder.parent === null) return [];
  if (draft.owned.length === 1 && draft.hollow.length === 0) return [draft.folder];
  return [...draft.owned, ...draft.hollow].filter((folder) => folder.error === null).slice();
}

const versionOf = (draft: Draft): number =>
  [...draft.owned, ...draft.hollow, ...draft.unreadable].reduce((highest, folder) => Math.max(highest, folder.version), 0);

/** A file at the top of the reports folder: a report by itself. */
export class FileReport implements Report {
  readonly shape = 'file';
  readonly files: readonly FileNode[];
  readonly folders: readonly string[] = [];
  readonly summaryFile = null;
  readonly summary = null;
  readonly summaryStatus = 'missing';
  readonly updatedMicros: number;
  readonly problems: readonly ReportProblem[];

  constructor(file: FileNode) {
    this.files = [file];
    this.updatedMicros = microsOf(instantFromNs(file.listedMtimeNs));
    const problem = fileProblems(file);
    this.problems = problem === null ? noProblems : [problem];
  }

  get #file(): FileNode {
    const [file] = this.files;
    if (file === undefined) throw new Error('a file report always has its file');
    return file;
  }

  get relativePath(): string {
    return this.#file.name;
  }

  get category(): string {
    return this.#file.name;
  }

  get displayName(): string {
    return displayName(this.#file.name);
  }

  get exports(): readonly FileNode[] {
    return this.files;
  }

  get updatedNs(): bigint {
    return this.#file.listedMtimeNs;
  }

  get createdNs(): bigint {
    return this.#file.listedMtimeNs;
  }

  get createdMicros(): number {
    return this.updatedMicros;
  }

  get totalSize(): number {
    return this.#file.listedSize;
  }
}
