/** What is built from what: the programs for Node, the preload script, the window. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

export type Part = 'node' | 'preload' | 'renderer';
export const parts: readonly Part[] = ['node', 'preload', 'renderer'];

/** All of them share chunks, so that a module is loaded once and lazily imported ones stay lazy. */
export const nodeEntries: readonly string[] = [
  'src/main/index.ts', 'src/server/index.ts', 'src/cli/sterownia.ts', 'src/cli/ui-bridge.ts', 'src/runtime/worker.ts',
];
/** A helper thread that has to start in a few milliseconds: a bundle of its own that holds only what it uses. */
export const helperEntry = 'src/runtime/readAhead.ts';
export const preloadEntry = 'src/preload/index.ts';
export const rendererEntry = 'src/renderer/index.html';

export const entriesOf: Readonly<Record<Part, readonly string[]>> = {
  node: [...nodeEntries, helperEntry],
  preload: [preloadEntry],
  renderer: [rendererEntry],
};

/** Sources whose change makes a part out of date. */
export const inputsOf: Readonly<Record<Part, readonly string[]>> = {
  node: ['package.json', 'package-lock.json', 'scripts/build.ts', 'scripts/lib', 'src/contract', 'src/engines', 'src/runtime', 'src/hosts', 'src/main', 'src/server', 'src/cli', 'src/demo'],
  preload: ['package.json', 'package-lock.json', 'scripts/build.ts', 'scripts/lib', 'src/contract', 'src/preload'],
  renderer: ['package.json', 'package-lock.json', 'scripts/build.ts', 'scripts/lib', 'src/contract', 'src/renderer', 'resources'],
};

/** What a build of the part must have left; a missing one means that the stamp lies. */
export const outputsOf: Readonly<Record<Part, readonly string[]>> = {
  node: entriesOf.node.map((entry) => entry.replace(/^src/u, 'dist').replace(/\.ts$/u, '.mjs')),
  preload: ['dist/preload/index.cjs'],
  renderer: ['dist/renderer/index.html', 'dist/renderer/manifest.json'],
};

export const missingEntries = (root: string, part: Part): readonly string[] => entriesOf[part].filter((entry) => !existsSync(join(root, entry)));

/** Packages with native code stay outside the bundles, as does Electron, which only its own runtime can give. */
const external = ['electron', 'keytar', '@parcel/watcher', 'bufferutil', 'utf-8-validate'];

/** Bundled CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const requireBanner = "import { createRequire as createRequireOfBundle } from 'node:module';\nglobalThis.require ??= createRequireOfBundle(import.meta.url);";

export function nodeOptions(root: string, version: string): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [...nodeEntries],
    outbase: 'src',
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: true,
    sourcesContent: false,
    minifySyntax: true,
    external,
    banner: { js: requireBanner },
    define: { __STEROWNIA_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
  };
}

export function helperOptions(root: string, version: string): BuildOptions {
  return { ...nodeOptions(root, version), entryPoints: [helperEntry], splitting: false, plugins: [onlyWhatIsUsed] };
}

/** Modules of the contract and of engines only define things, so that those of which nothing is used can be left out. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(build) {
    build.onResolve({ filter: /^(?:#|\.)/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      const inside = path.startsWith('#') || /[/\\]src[/\\](?:contract|engines)[/\\]/u.test(importer);
      if (pluginData === 'resolving' || kind !== 'import-statement' || !inside) return undefined;
      const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: 'resolving' });
      return found.errors.length > 0 ? undefined : { ...found, sideEffects: false };
    });
  },
};

export function preloadOptions(root: string, version: string, operationNames: readonly string[]): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [preloadEntry],
    outfile: 'dist/preload/index.cjs',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    sourcemap: false,
    external: ['electron'],
    define: { __STEROWNIA_VERSION__: JSON.stringify(version) },
    plugins: [operationNamesPlugin(operationNames)],
    logLevel: 'warning',
  };
}

/** The preload script gets the names alone: the table itself would bring the schema library into the sandbox. */
export function operationNamesPlugin(names: readonly string[]): Plugin {
  return {
    name: 'operation-names',
    setup(build) {
      build.onResolve({ filter: /^virtual:operation-names$/ }, (args) => ({ path: args.path, namespace: 'operation-names' }));
      build.onLoad({ filter: /.*/, namespace: 'operation-names' }, () => ({
        contents: `export const operationNames = Object.freeze(${JSON.stringify(names)});`,
        loader: 'js',
      }));
    },
  };
}
