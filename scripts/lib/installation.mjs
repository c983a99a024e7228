/**
 * What the bootstrap decides before anything is installed: pure functions over facts, so that every case has a test.
 * Plain JavaScript without dependencies, because it runs before there are any, on any Node from 20 on.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const oldestNode = 20;

/** Where the stamp lives: inside node_modules, so that it goes when they go. */
export const stampPath = (root) => join(root, 'node_modules', '.sterownia-lock');

/** The Node that the project pins through the `node` package. */
export const pinnedNodePath = (root, platform = process.platform) =>
  join(root, 'node_modules', 'node', 'bin', platform === 'win32' ? 'node.exe' : 'node');

/** Line ends do not count: a checkout on Windows may have changed them. */
export const lockHash = (text) => createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** The first package that must be there and is not, as after a clean-up by hand; reading names alone takes milliseconds. */
export function firstMissing(root, lock) {
  const packages = lock === null ? null : packagesOf(lock);
  const needed = Object.entries(packages ?? {}).filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional && !entry.peer);
  return needed.find(([path]) => !existsSync(join(root, path, 'package.json')))?.[0] ?? null;
}

/** @returns facts for {@link decideInstall}, read from the checkout at `root` */
export function readFacts(root, platform = process.platform) {
  const lock = readText(join(root, 'package-lock.json'));
  return {
    lock,
    stamp: readText(stampPath(root))?.trim() ?? null,
    hasModules: existsSync(join(root, 'node_modules')),
    installedLock: readText(join(root, 'node_modules', '.package-lock.json')),
    hasPinnedNode: existsSync(pinnedNodePath(root, platform)),
    missing: firstMissing(root, lock),
  };
}

const packagesOf = (text) => {
  try {
    const packages = JSON.parse(text).packages;
    return packages !== null && typeof packages === 'object' ? packages : null;
  } catch {
    return null;
  }
};

/**
 * True if npm's own record of what it installed holds exactly what the lock file asks for. Optional packages of other
 * platforms may be absent.
 */
export function installedAsLocked(lock, installedLock) {
  const wanted = packagesOf(lock);
  const present = packagesOf(installedLock);
  if (!wanted || !present) return false;
  const same = (a, b) => a.version === b.version && a.integrity === b.integrity && a.resolved === b.resolved;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    if (found ? !same(entry, found) : !entry.optional && !entry.devOptional && !entry.peer) return false;
  }
  return Object.keys(present).every((path) => path in wanted);
}

/**
 * @returns {{ action: 'none' | 'stamp' | 'install' | 'node', reason: string }} `stamp`: everything is there, only the
 * stamp is missing; `node`: the packages are there, but the pinned Node's own install step did not run
 */
export function decideInstall(facts) {
  if (facts.lock === null) return { action: 'install', reason: 'there is no package-lock.json' };
  if (!facts.hasModules) return { action: 'install', reason: 'the dependencies are not installed yet' };
  if (facts.missing !== null) return { action: 'install', reason: `${facts.missing} is missing` };
  if (facts.stamp === lockHash(facts.lock)) {
    return facts.hasPinnedNode ? { action: 'none', reason: 'nothing changed' } : { action: 'node', reason: 'the pinned Node is missing' };
  }
  if (facts.installedLock !== null && installedAsLocked(facts.lock, facts.installedLock)) {
    return facts.hasPinnedNode ? { action: 'stamp', reason: 'the installed packages match the lock file' } : { action: 'node', reason: 'the pinned Node is missing' };
  }
  return { action: 'install', reason: facts.stamp === null ? 'the installed packages differ from package-lock.json' : 'package-lock.json changed' };
}

export const writeStamp = (root) => writeFileSync(stampPath(root), `${lockHash(readFileSync(join(root, 'package-lock.json'), 'utf8'))}\n`);

/** How to run npm: through the copy that started us where there is one, else by name. */
export function npmCommand(env, execPath, platform = process.platform) {
  const path = env.npm_execpath;
  if (path && /^npm(-cli)?\.(c|m)?js$/u.test(basename(path))) return { file: execPath, prefix: [path], shell: false };
  return platform === 'win32' ? { file: 'npm.cmd', prefix: [], shell: true } : { file: 'npm', prefix: [], shell: false };
}

export const installArguments = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'];

/** Electron's binary is fetched on first use by `npm start`, never by an installation. */
export const installEnvironment = (env) => ({ ...env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' });

const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ERESPONSETIMEOUT|ECONNECTIONTIMEOUT|ENOTCACHED)\b|network request to .* failed/u;

/** What a failed installation means and what to do about it, in a few lines. */
export function explainFailure(output, registry = 'the npm registry') {
  if (unreachable.test(output)) {
    return [
      `${registry} is out of reach, so the dependencies could not be installed.`,
      'Check the network or the proxy (npm config get proxy, npm config get registry) and run the command again.',
    ];
  }
  if (/\bENOSPC\b/u.test(output)) return ['The disk is full. Free some space and run the command again.'];
  if (/\b(EACCES|EPERM|EROFS)\b/u.test(output)) {
    return ['npm may not write here. Check who owns the folder and node_modules, then run the command again.'];
  }
  if (/package-lock\.json.*not in sync|can only install packages when your package\.json and package-lock\.json/isu.test(output)) {
    return ['package.json and package-lock.json do not agree. Run `npm install` once and commit the new lock file.'];
  }
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!)/u.test(line)).slice(0, 8);
  return ['npm could not install the dependencies:', ...(lines.length > 0 ? lines : output.trim().split('\n').slice(-8))];
}

/** The commands of package.json and the script that carries each out. Electron's runtime is fetched by `npm start` alone, unless the person forbids it. */
export const commands = {
  start: { script: 'scripts/start.ts', build: true, mayFetchElectron: true },
  test: { script: 'scripts/test.ts', build: true },
  build: { script: 'scripts/build.ts', build: false },
  bench: { script: 'scripts/bench.ts', build: true },
  docs: { script: 'scripts/docs.ts', build: false },
  screenshots: { script: 'scripts/screenshots.ts', build: true },
  'test:electron': { script: 'scripts/test-electron.ts', build: true },
};

/** Node before the pinned one may be anything from {@link oldestNode} on. */
export const nodeIsUsable = (version) => Number(version.split('.')[0]) >= oldestNode;
