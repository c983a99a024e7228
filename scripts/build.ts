/**
 * Builds dist/: programs for Node, the preload script, the window. A part whose sources did not change since its last
 * build is left alone.
 *
 *   node scripts/build.ts [--force] [--quiet] [--only node,preload,renderer]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { helperOptions, inputsOf, missingEntries, nodeOptions, outputsOf, parts, preloadOptions, type Part } from './lib/bundles.ts';
import { fingerprint } from './lib/fingerprint.ts';
import { preloadFirstScreen } from './lib/preloadFirstScreen.ts';
import { writeRendererManifest } from './lib/rendererManifest.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'dist', '.stamp');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** A mistake of the caller or of the checkout: one sentence, no stack. */
class BuildStop extends Error {}

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') return parsed.version;
  throw new BuildStop('package.json names no version');
}

function readStamp(): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(stampFile, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** Old files go after the new ones are in place, so that a program that starts meanwhile finds a whole set. */
async function buildNode(version: string): Promise<void> {
  const { build } = await import('esbuild');
  const { deriveCliData } = await import('../src/cli/index.ts');
  const options = nodeOptions(root, version);
  // The command line carries its verbs as data: help and usage errors then load neither the table nor the schema library.
  const define = { ...options.define, STEROWNIA_CLI_DATA: JSON.stringify(JSON.stringify(deriveCliData(version))) };
  const built = await Promise.all([build({ ...options, define, metafile: true }), build({ ...helperOptions(root, version), metafile: true })]);
  const made = new Set(built.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map((path) => join(root, path)));
  for (const folder of ['main', 'server', 'cli', 'runtime', 'chunks']) {
    for (const entry of readdirSync(join(root, 'dist', folder), { withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!made.has(path)) rmSync(path, { recursive: true, force: true });
    }
  }
}

async function buildPreload(version: string): Promise<void> {
  const { build } = await import('esbuild');
  const { operationNames } = await import('../src/contract/index.ts');
  await build(preloadOptions(root, version, operationNames));
}

async function buildRenderer(version: string): Promise<void> {
  const { build } = await import('vite');
  const { default: react } = await import('@vitejs/plugin-react');
  const outDir = join(root, 'dist', 'renderer');
  await build({
    configFile: false,
    root: join(root, 'src', 'renderer'),
    base: '/',
    logLevel: 'warn',
    plugins: [react(), preloadFirstScreen('src/renderer/start.tsx')],
    define: { __STEROWNIA_VERSION__: JSON.stringify(version) },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      sourcemap: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4000,
      modulePreload: { polyfill: false },
    },
  });
  writeRendererManifest(outDir);
}

const builders: Readonly<Record<Part, (version: string) => Promise<void>>> = { node: buildNode, preload: buildPreload, renderer: buildRenderer };

function chosenParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const wanted = only.split(',');
  const unknown = wanted.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new BuildStop(`unknown part ${unknown.join(', ')}; known: ${parts.join(', ')}`);
  return parts.filter((part) => wanted.includes(part));
}

/** The fingerprint of the part's sources, or null if its last build came from the same ones and is complete. */
function staleDigest(part: Part, force: boolean): string | null {
  const digest = fingerprint(root, inputsOf[part], process.version);
  const complete = outputsOf[part].every((output) => existsSync(join(root, output)));
  return !force && complete && readStamp()[part] === digest ? null : digest;
}

/**
 * Builds the part unless its last build came from the same sources; tells whether it did. One build at a time: two
 * that are started together would sweep away each other's files. The second one waits, and then finds nothing to do.
 */
async function buildPart(part: Part, version: string, force: boolean): Promise<boolean> {
  const missing = missingEntries(root, part);
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is missing`);
  if (staleDigest(part, force) === null) return false;
  const { withLockAsync } = await import('#engines/storage');
  return withLockAsync(join(root, '.cache', 'build'), 'dist', { purpose: `build ${part}`, waitMs: 180_000 }, async () => {
    const digest = staleDigest(part, force);
    if (digest === null) return false;
    const started = Date.now();
    await builders[part](version);
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, `${JSON.stringify({ ...readStamp(), [part]: digest }, null, 2)}\n`);
    say(`build: ${part} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return true;
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { force: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false }, only: { type: 'string' } } });
  const version = readVersion();
  const failed: Part[] = [];
  let built = false;
  for (const part of chosenParts(values.only)) {
    try {
      built = (await buildPart(part, version, values.force)) || built;
    } catch (error) {
      failed.push(part);
      say(`build: ${part} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed.length > 0) throw new BuildStop(`not everything was built; failed: ${failed.join(', ')}`);
  if (!built && !values.quiet) say('build: everything is up to date');
}

try {
  await main();
} catch (error) {
  say(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
