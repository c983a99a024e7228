/** The HTTP side against the requests that an attacker or a mistaken browser would send. */
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enter, openStage, pathOf, request, script, type RequestParts, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.end());

describe('the one-time link', () => {
  it('lets one browser in, with a cookie that scripts and other sites cannot use', async () => {
    const reply = await request(stage, { path: pathOf(stage.server.oneTimeUrl) });
    expect([reply.status, reply.headers.get('location'), reply.headers.get('cache-control')]).toEqual([303, '/', 'no-store']);
    const cookie = reply.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(new RegExp(`^sterownia_${stage.server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`, 'u'));
    const page = await request(stage, { cookie: cookie.split(';', 1)[0] ?? '' });
    expect(page.status).toBe(200);
  });

  it('works once: a second browser gets nothing but words', async () => {
    await enter(stage);
    const second = await request(stage, { path: pathOf(stage.server.oneTimeUrl) });
    expect(second.status).toBe(403);
    expect(second.headers.has('set-cookie')).toBe(false);
    expect(second.body.toString()).toContain('new link');
  });

  it('is not used up by a preview, a prefetch or a wrong guess', async () => {
    const path = pathOf(stage.server.oneTimeUrl);
    const wrong = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    const refused = [
      await request(stage, { path, method: 'HEAD' }),
      await request(stage, { path, extra: ['Sec-Purpose: prefetch;prerender'] }),
      await request(stage, { path: wrong }),
      await request(stage, { path: '/open/' }),
    ];
    expect(refused.map((reply) => reply.status)).toEqual([403, 403, 403, 403]);
    expect(await enter(stage)).not.toBe('');
  });

  it('gives way to a newer link, and the browser that was in is out', async () => {
    const first = await enter(stage);
    const newer = stage.server.newLink();
    expect((await request(stage, { cookie: first })).status).toBe(200);
    const second = await enter(stage, newer);
    expect((await request(stage, { cookie: first })).status).toBe(403);
    expect((await request(stage, { cookie: second })).status).toBe(200);
  });

  it('is dead once a newer one was made, used or not', async () => {
    stage.server.newLink();
    expect((await request(stage, { path: pathOf(stage.server.oneTimeUrl) })).status).toBe(403);
  });

  it('shows a stepping stone without content when another site led here, since the browser then keeps the cookie back', async () => {
    const reply = await request(stage, { extra: ['Sec-Fetch-Site: cross-site'] });
    expect([reply.status, reply.body.toString().includes('url=/'), reply.body.toString().includes('script')]).toEqual([200, true, false]);
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [name: string, parts: (port: number) => RequestParts, status: number])[] = [
    ['a name that DNS points here', () => ({ host: 'evil.example' }), 403],
    ['a name with our port', (port) => ({ host: `evil.example:${port}` }), 403],
    ['the right name with another port', (port) => ({ host: `127.0.0.1:${port - 1}` }), 403],
    ['the right name without a port', () => ({ host: '127.0.0.1' }), 403],
    ['an address of this machine that is not loopback', (port) => ({ host: `0.0.0.0:${port}` }), 403],
    ['a host with a trailing dot', (port) => ({ host: `localhost.:${port}` }), 403],
    ['two hosts', (port) => ({ extra: [`Host: 127.0.0.1:${port}`] }), 403],
    ['a foreign origin', () => ({ extra: ['Origin: https://evil.example'] }), 403],
    ['the origin of a sandboxed frame', () => ({ extra: ['Origin: null'] }), 403],
    ['an origin on another port', (port) => ({ extra: [`Origin: http://127.0.0.1:${port + 1}`] }), 403],
    ['an origin with another scheme', (port) => ({ extra: [`Origin: https://127.0.0.1:${port}`] }), 403],
    ['localhost for 127.0.0.1', (port) => ({ extra: [`Origin: http://localhost:${port}`] }), 403],
    ['POST', () => ({ method: 'POST', extra: ['Content-Length: 0'] }), 405],
    ['POST from a foreign origin', () => ({ method: 'POST', extra: ['Content-Length: 0', 'Origin: https://evil.example'] }), 403],
    ['PUT', () => ({ method: 'PUT', extra: ['Content-Length: 0'] }), 405],
    ['DELETE', () => ({ method: 'DELETE' }), 405],
    ['OPTIONS', () => ({ method: 'OPTIONS' }), 405],
    ['TRACE', () => ({ method: 'TRACE' }), 405],
    ['CONNECT', (port) => ({ method: 'CONNECT', path: `127.0.0.1:${port}` }), 405],
    ['an unknown method', () => ({ method: 'BREW' }), 400],
  ];
  for (const [name, parts, status] of cases) {
    it(`refuses ${name}, also with a good cookie`, async () => {
      const cookie = await enter(stage);
      const reply = await request(stage, { ...parts(stage.server.port), cookie });
      expect(reply.status).toBe(status);
      expect(reply.body.toString()).not.toContain('/assets/');
    });
  }

  const cookies: readonly (readonly [name: string, cookie: (port: number, good: string) => string | undefined])[] = [
    ['no cookie', () => undefined],
    ['an empty cookie', (port) => `sterownia_${port}=`],
    ['a guessed cookie', (port) => `sterownia_${port}=${'A'.repeat(43)}`],
    ['the cookie of another port', (port, good) => good.replace(String(port), String(port + 1))],
    ['the cookie cut short', (_port, good) => good.slice(0, -1)],
    ['the cookie with something behind', (_port, good) => `${good}A`],
    ['the cookie under a longer name', (_port, good) => `x${good}`],
  ];
  for (const [name, make] of cookies) {
    it(`gives nothing to ${name}`, async () => {
      const good = await enter(stage);
      const cookie = make(stage.server.port, good);
      for (const path of ['/', '/index.html', '/assets/app-1.js', '/nothing']) {
        const reply = await request(stage, { path, ...(cookie === undefined ? {} : { cookie }) });
        expect([path, reply.status]).toEqual([path, 403]);
        expect(reply.body.toString()).not.toContain('/assets/');
      }
    });
  }

  it('serves no path that is not on the list, however it is written', async () => {
    const cookie = await enter(stage);
    const paths = [
      '/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt', '/..\\secret.txt', '/..%5csecret.txt', '/....//secret.txt',
      '/assets/../../secret.txt', '/assets/..%2f..%2fsecret.txt', '//secret.txt', '/./index.html', '/assets/./app-1.js', '/assets//app-1.js',
      '/assets', '/assets/', '/assets/app-1.js/', '/assets/app-1.js%00', '/assets/app-1.js%00.html', '/assets/APP-1.JS', '/assets/app-1.js.br',
      '/assets/app-1.js.gz', '/manifest.json', '/index.html%20', '/index.html.', '/%69ndex.html', '/C:/Windows/win.ini', '/\\\\host\\share\\x',
      '/__proto__', '/constructor', '/toString', '/file:///etc/passwd', '/%252e%252e%252fsecret.txt', '/%c0%ae%c0%ae/secret.txt', '/ws',
    ];
    const served: string[] = [];
    for (const path of paths) {
      const reply = await request(stage, { path, cookie });
      if (reply.status !== 404 || reply.body.toString().includes('beside the window')) served.push(`${path} ${reply.status}`);
    }
    expect(served).toEqual([]);
  });

  it('does not take an absolute address for one of its own', async () => {
    const cookie = await enter(stage);
    expect((await request(stage, { path: 'http://evil.example/index.html', cookie })).status).toBe(404);
  });
});

describe('what is served', () => {
  it('sends the page with a fresh nonce each time and a policy that starts from nothing', async () => {
    const cookie = await enter(stage);
    const [first, second] = [await request(stage, { cookie }), await request(stage, { cookie })];
    const nonceOf = (reply: typeof first): string => /'nonce-([\w-]+)'/u.exec(reply.headers.get('content-security-policy') ?? '')?.[1] ?? 'none';
    expect(nonceOf(first)).not.toBe(nonceOf(second));
    expect(first.body.toString()).toContain(`content="${nonceOf(first)}"`);
    expect(first.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonceOf(first)}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; `
      + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
    );
    expect(first.headers.get('cache-control')).toBe('no-store');
  });

  it('puts the security headers on every answer, refusals included', async () => {
    const cookie = await enter(stage);
    const replies = [
      await request(stage, { cookie }), await request(stage, { path: '/assets/app-1.js', cookie }), await request(stage), await request(stage, { path: '/none', cookie }),
      await request(stage, { host: 'evil.example' }), await request(stage, { path: '/healthz' }), await request(stage, { method: 'POST' }),
    ];
    for (const { headers } of replies) {
      expect([
        headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('cross-origin-opener-policy'),
        headers.get('cross-origin-resource-policy'), headers.get('x-frame-options'), headers.has('permissions-policy'),
        headers.get('content-security-policy')?.startsWith("default-src 'none'"), headers.has('access-control-allow-origin'),
      ]).toEqual(['nosniff', 'no-referrer', 'same-origin', 'same-origin', 'DENY', true, true, false]);
    }
  });

  it('sends compressed twins to browsers that take them, and plain files to others', async () => {
    const cookie = await enter(stage);
    const get = (accept: string) => request(stage, { path: '/assets/app-1.js', cookie, extra: [`Accept-Encoding: ${accept}`] });
    const [brotli, gzip, plain, declined] = [await get('gzip, deflate, br'), await get('gzip'), await get('identity'), await get('br;q=0, gzip;q=0.0')];
    expect([brotli, gzip, plain, declined].map((reply) => reply.headers.get('content-encoding') ?? 'plain')).toEqual(['br', 'gzip', 'plain', 'plain']);
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    expect(plain.body.toString()).toBe(script);
    expect(plain.headers.get('cache-control')).toContain('immutable');
  });

  it('answers a known copy with 304', async () => {
    const cookie = await enter(stage);
    const first = await request(stage, { path: '/assets/app-1.js', cookie });
    const again = await request(stage, { path: '/assets/app-1.js', cookie, extra: [`If-None-Match: ${first.headers.get('etag') ?? ''}`] });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('answers at localhost as well', async () => {
    expect((await request(stage, { path: '/healthz', host: `localhost:${stage.server.port}` })).status).toBe(200);
  });

  it('tells its health without a secret', async () => {
    const reply = await request(stage, { path: '/healthz' });
    expect([reply.status, Object.keys(JSON.parse(reply.body.toString()) as object)]).toEqual([200, ['status', 'version']]);
  });

  it('gives metrics to a collector on this machine, not to a page of another site', async () => {
    const good = await request(stage, { path: '/metrics' });
    expect([good.status, good.headers.get('content-type'), good.body.toString()]).toEqual([200, 'text/plain; version=0.0.4', 'sterownia_up 1\n']);
    expect((await request(stage, { path: '/metrics', host: 'evil.example' })).status).toBe(403);
    expect((await request(stage, { path: '/metrics', extra: ['Origin: https://evil.example'] })).status).toBe(403);
  });

  it('answers HEAD without a body', async () => {
    const reply = await request(stage, { method: 'HEAD', cookie: await enter(stage) });
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
  });
});
