/** Attacks from inside the page, as a table: what a script that found its way in would try, on each host. */
import type { Page } from 'playwright';
import { expect, test } from './fixtures.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { shownOrigin } from './standin/origin.ts';

/** Runs as a script of the page would: what a driver evaluates itself is exempt from parts of the policy. */
const fromPage = (page: Page, attack: string): Promise<string> => page.evaluate((name) => new Promise<string>((resolve) => {
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
    'fetch of a foreign address': () => fetch('https://example.com/').then(() => 'fetched'),
    'fetch of a local service': () => fetch('http://127.0.0.1:9/').then(() => 'fetched'),
    'XMLHttpRequest': () => new Promise((done) => {
      const request = new XMLHttpRequest();
      request.addEventListener('load', () => done('loaded'));
      request.addEventListener('error', () => done('refused'));
      request.open('GET', 'https://example.com/');
      request.send();
    }),
    'beacon': () => {
      navigator.sendBeacon('https://example.com/', 'x');
      return 'handed to the network layer';
    },
    'foreign WebSocket': () => new Promise((done) => {
      const socket = new WebSocket('wss://example.com/');
      socket.addEventListener('open', () => done('opened'));
      socket.addEventListener('error', () => done('refused'));
    }),
    'event source': () => new Promise((done) => {
      const source = new EventSource('https://example.com/');
      source.addEventListener('open', () => done('opened'));
      source.addEventListener('error', () => done('refused'));
    }),
    'remote image': () => loads(Object.assign(document.createElement('img'), { src: 'https://example.com/a.png' })),
    'remote style sheet': () => loads(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'https://example.com/a.css' })),
    'frame of a foreign page': () => {
      const frame = Object.assign(document.createElement('iframe'), { src: 'https://example.com/' });
      document.body.append(frame);
      return new Promise((done) => setTimeout(() => {
        // A refused frame holds an error page, which is of another origin.
        done(frame.contentDocument === null ? 'refused' : frame.contentDocument.body.childElementCount);
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
    'foreign script': () => loads(Object.assign(document.createElement('script'), { src: 'https://example.com/a.js' })),
    'script from data': () => loads(Object.assign(document.createElement('script'), { src: 'data:text/javascript,window.attacked=1' })),
    'worker from a blob': () => new Promise((done) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage("ran")'])));
      worker.addEventListener('message', () => done('ran'));
      worker.addEventListener('error', () => done('refused'));
    }),
    'service worker': () => navigator.serviceWorker.register('/assets/sw.js').then(() => 'registered'),
    'base address': () => {
      document.head.append(Object.assign(document.createElement('base'), { href: 'https://example.com/' }));
      return new URL('x', document.baseURI).host === 'example.com' ? 'changed' : 'refused';
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
}), attack);

const attacks: readonly (readonly [attack: string, outcomes: readonly string[]])[] = [
  ['fetch of a foreign address', ['TypeError']],
  ['fetch of a local service', ['TypeError']],
  ['XMLHttpRequest', ['refused', 'NetworkError']],
  ['beacon', ['handed to the network layer', 'TypeError']],
  ['foreign WebSocket', ['refused', 'SecurityError']],
  ['event source', ['refused']],
  ['remote image', ['refused']],
  ['remote style sheet', ['refused']],
  ['frame of a foreign page', ['refused', '0']],
  ['eval', ['EvalError', 'TypeError']],
  ['text as a timer', ['refused', 'EvalError', 'TypeError']],
  ['new Function', ['EvalError', 'TypeError']],
  ['inline script', ['refused', 'TypeError']],
  ['markup with a handler', ['TypeError']],
  ['foreign script', ['refused', 'TypeError']],
  ['script from data', ['refused', 'TypeError']],
  ['worker from a blob', ['refused', 'SecurityError', 'TypeError']],
  ['service worker', ['SecurityError', 'TypeError', 'NotSupportedError']],
  ['base address', ['refused']],
  ['require', ['undefined']],
  ['process', ['undefined']],
  ['module', ['undefined']],
  ['geolocation', ['refused']],
  ['notifications', ['denied']],
  ['microphone', ['NotAllowedError', 'NotFoundError', 'NotSupportedError']],
  ['clipboard read', ['NotAllowedError']],
];

test('a script in the page gets no code in, nothing out, and no rights', async ({ opened }) => {
  const { page } = opened;
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  const reached: string[] = [];
  page.on('requestfinished', (request) => { if (new URL(request.url()).host === 'example.com') reached.push(request.url()); });
  for (const [attack, outcomes] of attacks) expect.soft(outcomes, attack).toContain(await fromPage(page, attack));
  expect(await page.evaluate(() => (window as unknown as { attacked?: unknown }).attacked)).not.toBe('ran');
  expect(reached).toEqual([]);
  const state = await opened.desktop?.state();
  for (const request of state?.requests ?? []) expect(request.url.startsWith('app://sterownia/') || request.cancelled, request.url).toBe(true);
  for (const { permission, granted } of state?.permissions ?? []) expect(granted, permission).toBe(false);
});

test('files outside the list of the build are not served', async ({ opened, host }) => {
  const base = host === 'standin' ? shownOrigin : new URL(opened.url).origin;
  for (const path of ['/manifest.json', '/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/assets/', '/etc/passwd', '/.stamp']) {
    const page = opened.page;
    const status = await page.evaluate((url) => new Promise<string>((resolve) => {
      const image = new Image();
      image.addEventListener('load', () => resolve('loaded'));
      image.addEventListener('error', () => resolve('refused'));
      image.src = url;
    }), `${base}${path}`);
    expect(status, path).toBe('refused');
  }
});
