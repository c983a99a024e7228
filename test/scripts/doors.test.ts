/** Which door `npm start` opens, and that it says why. */
import { describe, expect, it } from 'vitest';
import { chooseDoor, type DoorFacts } from '../../scripts/lib/doors.ts';
import { electronObstacle, fetchObstacle, findElectron, type ElectronFacts } from '../../scripts/lib/electron.ts';
import { appWindowArguments, browserObstacle, findBrowser, hasDisplay, type BrowserFacts } from '../../src/server/browsers.ts';

const chromium = { name: 'Chromium', path: '/usr/bin/chromium', snap: false };
const base: DoorFacts = { electron: '/e/electron', electronProblem: null, display: true, browser: chromium, browserProblem: null, serveAsked: false };

describe('the door', () => {
  const cases: readonly (readonly [name: string, facts: Partial<DoorFacts>, kind: string, message: string])[] = [
    ['is Electron where it is installed', {}, 'electron', 'Door: Electron, because its runtime is installed.'],
    ['is a window where Electron is missing', { electron: null }, 'window', "Door: a window of Chromium, because Electron's runtime is not installed."],
    ['names why Electron is missing', { electron: null, electronProblem: 'it could not be fetched' }, 'window', 'Door: a window of Chromium, because it could not be fetched.'],
    ['is a window where Electron may not run', { electronProblem: 'it has no sandbox here' }, 'window', 'Door: a window of Chromium, because it has no sandbox here.'],
    ['is a window where the served console was asked for', { serveAsked: true }, 'window', 'Door: a window of Chromium, because it was asked for.'],
    ['is an address without a display', { display: false, electronProblem: 'there is no display' }, 'address', 'Door: an address on this machine, because there is no display.'],
    ['is an address when asked for without a display', { display: false, serveAsked: true }, 'address', 'Door: an address on this machine, because it was asked for and there is no display.'],
    ['is an address without a browser', { electron: null, browser: null }, 'address', "Door: an address on this machine, because Electron's runtime is not installed and no Chromium, Chrome or Edge was found."],
    ['is an address where the browser would not start', { electron: null, electronProblem: 'no sandbox', browserProblem: 'the browser neither' }, 'address', 'Door: an address on this machine, because no sandbox and the browser neither.'],
  ];
  for (const [name, facts, kind, message] of cases) {
    it(name, () => {
      expect(chooseDoor({ ...base, ...facts })).toMatchObject({ kind, message });
    });
  }
});

describe('Electron', () => {
  const facts = (platform: NodeJS.Platform, files: readonly string[], env: Record<string, string> = {}): ElectronFacts =>
    ({ root: '/c', platform, env, uid: 1000, exists: (path) => files.includes(path.replaceAll('\\', '/')) });

  it('is found under its name of each system, and first where the environment says', () => {
    expect([
      findElectron(facts('linux', ['/c/node_modules/electron/dist/electron'])),
      findElectron(facts('darwin', ['/c/node_modules/electron/dist/Electron.app/Contents/MacOS/Electron'])),
      findElectron(facts('win32', ['/c/node_modules/electron/dist/electron.exe'])) === null,
      findElectron(facts('linux', ['/o/electron', '/c/node_modules/electron/dist/electron'], { ELECTRON_OVERRIDE_DIST_PATH: '/o' })),
      findElectron(facts('linux', [])),
      findElectron(facts('aix', ['/c/node_modules/electron/dist/electron'])),
    ]).toEqual([
      '/c/node_modules/electron/dist/electron', '/c/node_modules/electron/dist/Electron.app/Contents/MacOS/Electron', false, '/o/electron', null, null,
    ]);
  });

  it('is never run without its sandbox or without a display', () => {
    expect([
      electronObstacle({ platform: 'linux', uid: 1000 }, true), electronObstacle({ platform: 'win32', uid: null }, true),
    ]).toEqual([null, null]);
    expect(electronObstacle({ platform: 'linux', uid: 0 }, true)).toContain('sandbox');
    expect(electronObstacle({ platform: 'linux', uid: 1000 }, false)).toContain('display');
    expect(electronObstacle({ platform: 'aix', uid: 1000 }, true)).toContain('no build');
  });

  it('is fetched when that is likely to work, and tried again the next day', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    const hour = 3_600_000;
    const why = (env: Record<string, string>, lastFailure: number | null, asked = false) => fetchObstacle({ env, lastFailure, now, asked }) === null;
    expect([
      why({}, null), why({ CI: 'true' }, null), why({ CI: 'false' }, null), why({ ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }, null, true),
      why({}, now - hour), why({}, now - 25 * hour), why({}, now + hour), why({}, now - hour, true), why({ CI: '1' }, null, true),
    ]).toEqual([true, false, true, false, false, true, true, true, true]);
  });
});

describe('a browser', () => {
  const facts = (platform: NodeJS.Platform, files: readonly string[], env: Record<string, string> = {}): BrowserFacts =>
    ({ platform, env, home: '/home/u', uid: 1000, exists: (path) => files.includes(path) });

  it('is found on Linux, macOS and Windows', () => {
    const pick = (given: BrowserFacts): string => findBrowser(given)?.name ?? 'none';
    expect([
      pick(facts('linux', ['/usr/bin/google-chrome', '/usr/bin/chromium'], { PATH: '/usr/bin' })),
      pick(facts('linux', ['/opt/bin/microsoft-edge'], { PATH: '/usr/bin:/opt/bin' })),
      pick(facts('linux', ['bin/chromium'], { PATH: 'bin:.' })),
      pick(facts('darwin', ['/home/u/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'])),
      pick(facts('win32', ['C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'], { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' })),
      pick(facts('linux', [])),
    ]).toEqual(['Chromium', 'Microsoft Edge', 'none', 'Google Chrome', 'Microsoft Edge', 'none']);
  });

  it('is the one that the environment names, or none', () => {
    expect(findBrowser(facts('linux', ['/x/brave', '/usr/bin/chromium'], { STEROWNIA_CHROMIUM: '/x/brave' }))?.path).toBe('/x/brave');
    expect(findBrowser(facts('linux', ['/usr/bin/chromium'], { STEROWNIA_CHROMIUM: '/x/brave' }))).toBeNull();
  });

  it('is known to be confined when it comes from snapd', () => {
    expect(findBrowser(facts('linux', ['/snap/bin/chromium']))?.snap).toBe(true);
  });

  it('opens the given address alone, in a profile of its own, with its sandbox', () => {
    const given = appWindowArguments('file:///door.html', '/p');
    expect(given.slice(0, 2)).toEqual(['--app=file:///door.html', '--user-data-dir=/p']);
    expect(given.filter((argument) => argument.includes('sandbox') || argument.includes('security'))).toEqual([]);
  });

  it('needs a display and a user other than root', () => {
    expect([
      hasDisplay({ platform: 'linux', env: {} }), hasDisplay({ platform: 'linux', env: { DISPLAY: '' } }), hasDisplay({ platform: 'linux', env: { DISPLAY: ':0' } }),
      hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } }), hasDisplay({ platform: 'darwin', env: { SSH_CONNECTION: 'x' } }), hasDisplay({ platform: 'win32', env: {} }),
    ]).toEqual([false, false, true, true, false, true]);
    expect([browserObstacle({ platform: 'linux', uid: 0 }) === null, browserObstacle({ platform: 'linux', uid: 1 })]).toEqual([false, null]);
  });
});
