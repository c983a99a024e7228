import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasRawBytes, nativePath, textFromBytes } from '#engines/storage';
import { Tree } from './tree.ts';

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'exports', 'r1', 'Łódź', '📈', ' x', '\uf7b3') },
  { weight: 1, arbitrary: fc.constantFrom('pack.zip', 'summary.json') },
);
const leaf = fc.oneof(segment, fc.constantFrom('summary.json', 'x.csv', 'y.zip', '.hidden', '\uf7ff.csv'));
const entry = fc.record({
  folders: fc.array(segment, { maxLength: 4 }), name: leaf,
  kind: fc.oneof({ weight: 6, arbitrary: fc.constant('file') }, fc.constantFrom('folder', 'link-file', 'link-folder', 'link-broken', 'pipe')),
});
type Entry = typeof entry extends fc.Arbitrary<infer E> ? E : never;

/** Makes the entry where nothing stands in its way; what is in the way stays (writing into a pipe would wait for ever). */
function make(tree: Tree, { folders, name, kind }: Entry): void {
  const relative = [...folders, name].join('/');
  try {
    if (fs.lstatSync(nativePath(tree.at(relative)), { throwIfNoEntry: false }) !== undefined) return;
    if (kind === 'file') tree.put(relative, '{}');
    else if (kind === 'folder') tree.folder(relative);
    else if (kind === 'pipe') {
      tree.folder(folders.join('/'));
      if (!hasRawBytes(relative)) execFileSync('mkfifo', [tree.at(relative)], { stdio: 'ignore' });
    } else tree.link(relative, kind === 'link-file' ? `${tree.root}/target.txt` : kind === 'link-folder' ? tree.root : 'nowhere');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** What `find` sees below the base: path and type letter, folders left out. */
function found(tree: Tree): string[] {
  const output = execFileSync('find', [tree.base, '-mindepth', '1', '!', '-type', 'd', '-printf', '%P\\t%y\\0']);
  return splitZero(output).map(textFromBytes);
}

function splitZero(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0, to = bytes.indexOf(0); to >= 0; from = to + 1, to = bytes.indexOf(0, from)) parts.push(bytes.subarray(from, to));
  return parts;
}

const letters = { file: 'f', link: 'l', directory: 'd', other: 'p' } as const;

test('the walk sees what find sees, and every file has exactly one owner', () => {
  fc.assert(fc.property(fc.array(entry, { maxLength: 25 }), (entries) => {
    const tree = new Tree();
    try {
      fs.writeFileSync(`${tree.root}/target.txt`, 'target');
      for (const one of entries) make(tree, one);
      const index = tree.index();
      const owned = index.reports.flatMap((report) => report.files);
      const seen = [...owned, ...index.strays].map((file) => `${file.path}\t${letters[file.kind]}`);
      expect(seen.sort()).toEqual(found(tree).sort());
      expect(new Set(seen).size).toBe(seen.length);
      expect(index.strays.filter((file) => file.kind === 'file')).toEqual([]);
      const folders = index.reports.flatMap((report) => report.folders);
      expect(new Set(folders).size).toBe(folders.length);
      for (const folder of folders) expect(index.context.fs.lstat(index.absolute(folder)).kind).toBe('directory');
      expect(new Set(index.reports.map((report) => report.relativePath)).size).toBe(index.reports.length);
      expect(index.refresh().changed).toBe(false);
    } finally {
      tree.remove();
    }
  }), { numRuns: 100 });
});

test('an index that was refreshed step by step equals a new one', () => {
  fc.assert(fc.property(fc.array(fc.tuple(entry, fc.boolean()), { maxLength: 15 }), (steps) => {
    const tree = new Tree();
    try {
      fs.writeFileSync(`${tree.root}/target.txt`, 'target');
      const index = tree.index();
      for (const [one, removes] of steps) {
        if (removes) fs.rmSync(tree.at(one.folders[0] ?? one.name), { recursive: true, force: true });
        else make(tree, one);
        index.refresh();
      }
      const fresh = tree.index();
      const plain = (list: typeof index.reports) => list.map((report) => [
        report.relativePath, report.files.map((file) => file.path), report.folders, report.summaryStatus, report.updatedMicros, report.createdMicros, report.problems,
      ]);
      expect(plain(index.reports)).toEqual(plain(fresh.reports));
    } finally {
      tree.remove();
    }
  }), { numRuns: 40 });
});
