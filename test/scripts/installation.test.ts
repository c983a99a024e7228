/** What the bootstrap decides: nothing twice, nothing without a reason, and a sentence when it cannot go on. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commands, decideInstall, explainFailure, installArguments, installedAsLocked, installEnvironment, lockHash, nodeIsUsable, npmCommand, pinnedNodePath,
  type InstallFacts,
} from '../../scripts/lib/installation.mjs';

type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const lockOf = (packages: Packages): string => JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'x' }, ...packages } });
const installedOf = (packages: Packages): string => JSON.stringify({ lockfileVersion: 3, packages });

const packages: Packages = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', resolved: 'https://r/a' },
  'node_modules/mac-only': { version: '2.0.0', integrity: 'sha512-m', resolved: 'https://r/m', optional: true },
};
const { 'node_modules/mac-only': _other, ...present } = packages;
const lock = lockOf(packages);
const settled: InstallFacts = { lock, stamp: lockHash(lock), hasModules: true, installedLock: installedOf(present), hasPinnedNode: true, missing: null };

describe('whether to install', () => {
  const cases: readonly (readonly [name: string, facts: Partial<InstallFacts>, action: string])[] = [
    ['does nothing when the stamp matches', {}, 'none'],
    ['does not care about line ends of the lock file', { lock: `${lock}\r\n`, stamp: lockHash(`${lock}\n`) }, 'none'],
    ['installs into a fresh clone', { hasModules: false, stamp: null, installedLock: null, hasPinnedNode: false }, 'install'],
    ['installs when the lock file changed', { lock: lockOf({ ...packages, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b', resolved: 'https://r/a' } }) }, 'install'],
    ['installs when the lock file asks for one package more', { lock: lockOf({ ...packages, 'node_modules/b': { version: '1.0.0' } }) }, 'install'],
    ['installs when a package is there that the lock file does not know', { stamp: 'other', installedLock: installedOf({ ...present, 'node_modules/z': { version: '1.0.0' } }) }, 'install'],
    ['installs when npm kept no record', { stamp: null, installedLock: null }, 'install'],
    ['installs when npm\'s record is damaged', { stamp: null, installedLock: '{' }, 'install'],
    ['only writes the stamp when somebody ran npm by hand', { stamp: null }, 'stamp'],
    ['only fetches Node when install scripts did not run', { hasPinnedNode: false }, 'node'],
    ['only fetches Node when npm ran by hand without install scripts', { stamp: null, hasPinnedNode: false }, 'node'],
    ['installs again when a package was removed by hand', { missing: 'node_modules/a' }, 'install'],
    ['asks for an installation when there is no lock file', { lock: null }, 'install'],
  ];
  for (const [name, facts, action] of cases) {
    it(name, () => {
      const decision = decideInstall({ ...settled, ...facts });
      expect(decision.action).toBe(action);
      expect(decision.reason.length).toBeGreaterThan(5);
    });
  }

  it('takes the record of npm for the truth only if every version and digest agrees', () => {
    expect([
      installedAsLocked(lock, installedOf(packages)),
      installedAsLocked(lock, installedOf({ ...present, 'node_modules/a': { ...packages['node_modules/a'], integrity: 'sha512-other' } })),
      installedAsLocked(lock, installedOf({})),
    ]).toEqual([true, false, false]);
  });
});

describe('how npm is run', () => {
  it('uses the npm that started us, else the one on the path', () => {
    expect([
      npmCommand({ npm_execpath: '/lib/npm/bin/npm-cli.js' }, '/bin/node', 'linux'),
      npmCommand({ npm_execpath: '/lib/yarn.js' }, '/bin/node', 'linux'),
      npmCommand({}, 'node.exe', 'win32'),
    ]).toEqual([
      { file: '/bin/node', prefix: ['/lib/npm/bin/npm-cli.js'], shell: false },
      { file: 'npm', prefix: [], shell: false },
      { file: 'npm.cmd', prefix: [], shell: true },
    ]);
  });

  it('installs exactly the lock file, development packages included, and never Electron\'s binary', () => {
    expect(installArguments.slice(0, 2)).toEqual(['ci', '--include=dev']);
    expect(installEnvironment({ PATH: '/bin' })).toEqual({ PATH: '/bin', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' });
  });

  it('knows where the pinned Node is on each system', () => {
    expect(pinnedNodePath('/x', 'linux').endsWith('node')).toBe(true);
    expect(pinnedNodePath('/x', 'win32').endsWith('node.exe')).toBe(true);
  });
});

describe('when it cannot go on', () => {
  const cases: readonly (readonly [name: string, output: string, says: RegExp])[] = [
    ['a registry out of reach', 'npm error code ENOTFOUND\nnpm error network request to https://registry.example/a failed', /out of reach.*proxy/su],
    ['a refused connection', 'npm error code ECONNREFUSED', /out of reach/u],
    ['a full disk', 'npm error code ENOSPC', /disk is full/u],
    ['missing rights', 'npm error code EACCES\nnpm error path /x', /may not write/u],
    ['a lock file that does not fit', 'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync', /do not agree/u],
    ['anything else, with npm\'s own words', 'noise\nnpm error code EINTEGRITY\nnpm error sha512-x integrity checksum failed', /EINTEGRITY/u],
  ];
  for (const [name, output, says] of cases) {
    it(`explains ${name} without a stack trace`, () => {
      const text = explainFailure(output).join('\n');
      expect(text).toMatch(says);
      expect(text).not.toMatch(/^\s+at /mu);
    });
  }

  it('turns away Node below 20', () => {
    expect(['18.20.0', '20.0.0', '24.21.0', '9.11.2'].map(nodeIsUsable)).toEqual([false, true, true, false]);
  });
});

it('knows a script for every command of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: Record<string, string> };
  const named = Object.values(scripts).map((line) => /^node scripts\/bootstrap\.mjs (\S+)$/u.exec(line)?.[1]);
  expect(named.toSorted()).toEqual(Object.keys(commands).toSorted());
});
