/** Promise: the folder tree as last seen on disk, in name order, with nothing in it that a link led to. */
import type { DirectoryEntry, FileKind } from '#engines/storage';
import { hiddenTrash } from '#engines/workspace';
import type { SummaryFacts } from './summaryFacts.ts';
import { orderKey } from './textOrder.ts';
import type { FileRole, LinkTarget, OwnedFile } from './types.ts';

export const summaryName = 'summary.json';

/** Folders whose own time counts for the report around them, because they bear the name of a file that does. */
export const isDated = (folderName: string): boolean => folderName === summaryName || folderName.endsWith('.zip');

const isTrash = ({ name }: DirectoryEntry): boolean => name === hiddenTrash;

/** The names in a folder that are reports' business: the trash of a volume is not. */
export const withoutTrash = (entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] => (entries.some(isTrash) ? entries.filter((entry) => !isTrash(entry)) : entries);

/** What of a stat decides whether something is still the same. */
export interface Stamp {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly mode: number;
}

export class FileNode implements OwnedFile {
  readonly folder: FolderNode;
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly mode: number;
  readonly target: LinkTarget | null;
  /** System code where not even its kind and size could be read. */
  readonly error: string | null;

  constructor(folder: FolderNode, name: string, kind: FileKind, stamp: Stamp, target: LinkTarget | null, error: string | null) {
    this.folder = folder;
    this.name = name;
    this.kind = kind;
    this.size = stamp.size;
    this.mtimeNs = stamp.mtimeNs;
    this.ino = stamp.ino;
    // One shared value per folder: big integers are objects, and a hundred thousand equal ones add up.
    this.dev = folder.dev === stamp.dev ? folder.dev : stamp.dev;
    this.mode = stamp.mode;
    this.target = target;
    this.error = error;
  }

  get path(): string {
    return this.folder.path === '' ? this.name : `${this.folder.path}/${this.name}`;
  }

  /** A regular file, or a link to one. */
  get regular(): boolean {
    return this.kind === 'file' || this.target?.kind === 'file';
  }

  get role(): FileRole {
    if (this.name === summaryName && (this.kind !== 'link' || this.target !== null)) return 'summary';
    if (!this.regular) return 'other';
    return this.name.endsWith('.zip') ? 'archive' : 'export';
  }

  /** Size as listed: that of the file a link leads to. */
  get listedSize(): number {
    return this.target?.kind === 'file' ? this.target.size : this.size;
  }

  get listedMtimeNs(): bigint {
    return this.target === null ? this.mtimeNs : this.target.mtimeNs;
  }
}

export type TreeNode = FileNode | FolderNode;

const noChildren: readonly TreeNode[] = [];

export class FolderNode {
  readonly parent: FolderNode | null;
  readonly name: string;
  /** Relative to the base; empty for the base itself. */
  readonly path: string;
  /** In code point order of names. */
  children: readonly TreeNode[] = noChildren;
  summary: SummaryFacts | null = null;
  /** Null until the folder was first looked at; changes of names move its time. */
  stamp: { readonly mtimeNs: bigint; readonly ino: bigint } | null = null;
  /** When names were last read, in nanoseconds of the clock: a time too close to the folder's own can't be trusted. */
  readAtNs = 0n;
  dev = 0n;
  mtimeNs = 0n;
  /** System code where the folder could not be read. */
  error: string | null = null;
  /** Number of the scan that last found something changed here. */
  version = 0;

  get listedMtimeNs(): bigint {
    return this.mtimeNs;
  }

  constructor(parent: FolderNode | null, name: string) {
    this.parent = parent;
    this.name = name;
    this.path = parent === null || parent.path === '' ? name : `${parent.path}/${name}`;
  }
}

export function sortNodes(list: readonly TreeNode[]): readonly TreeNode[] {
  if (list.length < 2 || inOrder(list)) return list;
  const nodes = [...list];
  if (nodes.some((node) => orderKey(node.name) !== node.name)) {
    const keys = new Map(nodes.map((node) => [node, orderKey(node.name)]));
    return nodes.sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
  }
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Most systems hand names out in order already. */
function inOrder(list: readonly TreeNode[]): boolean {
  for (let at = 1; at < list.length; at += 1) {
    const [left, right] = [list[at - 1]?.name ?? '', list[at]?.name ?? ''];
    if (left >= right || orderKey(left) !== left || orderKey(right) !== right) return false;
  }
  return true;
}
