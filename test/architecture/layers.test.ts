/** The rooms and the one-way doors between them, read from the imports themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

interface Import {
  readonly file: string;
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(directory, entry.name)) : /\.tsx?$/u.test(entry.name) ? [join(directory, entry.name)] : []);
}

/** `contract`, `engines/plans`, `runtime`, `main`, … */
function roomOf(file: string): string {
  const [first = '', second = ''] = relative(source, file).split(sep);
  return first === 'engines' ? `engines/${second}` : first;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const { module } = parseSync(file, text);
  const from = relative(source, file);
  const fixed = module.staticImports.map((found) => ({
    file, from, specifier: found.moduleRequest.value, lazy: false,
    typeOnly: found.entries.length > 0 && found.entries.every((entry) => entry.isType),
  }));
  const again = module.staticExports.flatMap((found) => found.entries.flatMap((entry) =>
    entry.moduleRequest ? [{ file, from, specifier: entry.moduleRequest.value, typeOnly: entry.isType, lazy: false }] : []));
  const late = module.dynamicImports.flatMap((found) => {
    const quoted = /^['"`](?<name>[^'"`]+)['"`]$/u.exec(text.slice(found.moduleRequest.start, found.moduleRequest.end))?.groups?.name;
    return quoted === undefined ? [] : [{ file, from, specifier: quoted, typeOnly: false, lazy: true }];
  });
  return [...fixed, ...again, ...late];
}

const all = filesBelow(source).flatMap(importsOf);

/** Which rooms a room may open; its own face is always allowed to its own files by relative path only. */
const mayOpen: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  runtime: ['#contract', '#engines/*'],
  hosts: ['#contract', '#runtime', '#engines/storage'],
  main: ['#contract', '#runtime', '#hosts', '#engines/storage'],
  preload: ['#contract'],
  server: ['#contract', '#runtime', '#hosts', '#engines/storage'],
  cli: ['#contract', '#runtime', '#server'],
  renderer: ['#contract'],
  demo: ['#contract', '#engines/*'],
};

/** Engines in the order in which they stand on each other: an engine opens only those before it. */
const engineOrder = ['storage', 'workspace', 'keyring', 'journal', 'trash', 'plans', 'reports', 'archive', 'maintenance', 'decisions', 'artifacts', 'signoffs', 'models', 'retraining', 'training', 'automode'];

function allowed(room: string, specifier: string): boolean {
  if (room.startsWith('engines/')) {
    if (specifier === '#contract') return true;
    const own = engineOrder.indexOf(room.slice('engines/'.length));
    const other = engineOrder.indexOf(specifier.replace('#engines/', ''));
    return specifier.startsWith('#engines/') && other >= 0 && other < own;
  }
  return (mayOpen[room] ?? []).some((pattern) => (pattern.endsWith('/*') ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern));
}

describe('the rooms of the source', () => {
  it('are all known to this test', () => {
    const known = new Set([...Object.keys(mayOpen), ...engineOrder.map((name) => `engines/${name}`)]);
    expect([...new Set(all.map((each) => roomOf(each.file)))].filter((room) => !known.has(room))).toEqual([]);
  });

  it('are left only through the public face of another room', () => {
    const escaping = all
      .filter((each) => each.specifier.startsWith('.'))
      .filter((each) => roomOf(resolve(dirname(each.file), each.specifier)) !== roomOf(each.file))
      .map((each) => `${each.from} imports ${each.specifier}`);
    expect(escaping).toEqual([]);
  });

  it('open only the rooms below them', () => {
    const wrong = all
      .filter((each) => each.specifier.startsWith('#'))
      .filter((each) => !allowed(roomOf(each.file), each.specifier))
      .map((each) => `${each.from} imports ${each.specifier}`);
    expect(wrong).toEqual([]);
  });

  it('keep electron in the Electron host', () => {
    const wrong = all.filter((each) => each.specifier === 'electron' && !['main', 'preload'].includes(roomOf(each.file))).map((each) => each.from);
    expect(wrong).toEqual([]);
  });

  it('keep the contract to zod, and the renderer and contract away from Node', () => {
    const contract = all.filter((each) => roomOf(each.file) === 'contract' && !each.specifier.startsWith('.') && each.specifier !== 'zod');
    const renderer = all.filter((each) => roomOf(each.file) === 'renderer' && each.specifier.startsWith('node:'));
    expect([...contract, ...renderer].map((each) => `${each.from} imports ${each.specifier}`)).toEqual([]);
  });

  it('let engines reach the file system through the seam only', () => {
    const seam = ['engines/storage/nodeFileSystem.ts', 'engines/storage/lock.ts'];
    const wrong = all
      .filter((each) => each.from.startsWith('engines') && /^(?:node:)?fs(?:\/promises)?$/u.test(each.specifier) && !each.typeOnly)
      .map((each) => each.from.split(sep).join('/'))
      .filter((from) => !seam.includes(from));
    expect(wrong).toEqual([]);
  });

  it('have no imports in a circle', () => {
    const graph = new Map<string, string[]>();
    for (const each of all) {
      if (!each.specifier.startsWith('.') || each.typeOnly || each.lazy) continue;
      graph.set(each.file, [...(graph.get(each.file) ?? []), resolve(dirname(each.file), each.specifier)]);
    }
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].map((each) => relative(source, each)).join(' → '));
      if (done.has(file) || way.includes(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('every file of the source', () => {
  it('opens with the promise it keeps', () => {
    const silent = filesBelow(source).filter((file) => !/^(?:#![^\n]*\n)?\s*\/\*\*/u.test(readFileSync(file, 'utf8')) && !file.endsWith('.d.ts')).map((file) => relative(source, file));
    expect(silent).toEqual([]);
  });

  it('stays one room: at most 400 lines', () => {
    const long = filesBelow(source).map((file) => ({ file: relative(source, file), lines: readFileSync(file, 'utf8').split('\n').length })).filter(({ lines, file }) => lines > 400 && !file.includes('i18n'));
    expect(long).toEqual([]);
  });
});
