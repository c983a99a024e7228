/** The port for Prometheus tells metrics to programs of this machine, and a port that is taken harms nothing. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '#engines/storage';
import { openMetricsPort, portOf, type MetricsPort } from '../../src/runtime/front/metricsPort.ts';
import { freePort, until } from '../prometheus/support.ts';

let opened: MetricsPort | null = null;
let blocker: Server | null = null;
const busy: number[] = [];

afterEach(async () => {
  await opened?.close();
  await new Promise<void>((resolve) => (blocker === null ? resolve() : blocker.close(() => resolve())));
  [opened, blocker] = [null, null];
  busy.length = 0;
});

function open(text: () => Promise<{ contentType: string; body: string }> = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' })): MetricsPort {
  opened = openMetricsPort({ text, version: '1.2.3', log: silentLog, onBusy: (port) => void busy.push(port), retryMs: 20 });
  return opened;
}

const listening = (port: number): Promise<unknown> => until('listening', async () => (opened?.port === port ? true : null));

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function ask(port: number, path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {} }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString(), headers: response.headers }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the port for metrics', () => {
  it('tells metrics and health, and nothing else', async () => {
    const port = await freePort();
    open().use(port);
    await listening(port);
    expect(await ask(port, '/metrics')).toMatchObject({ status: 200, body: 'up 1\n', headers: { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' } });
    expect(await ask(port, '/metrics?x=1', { headers: { host: `localhost:${port}` } })).toMatchObject({ status: 200 });
    expect(JSON.parse((await ask(port, '/healthz')).body)).toEqual({ status: 'ok', version: '1.2.3' });
    expect(await ask(port, '/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await ask(port, '/')).toMatchObject({ status: 404 });
    expect(await ask(port, '/metrics', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('refuses other names for this machine, and pages of a browser', async () => {
    const port = await freePort();
    open().use(port);
    await listening(port);
    for (const headers of [{ host: `attacker.example:${port}` }, { host: '127.0.0.1' }, { origin: 'https://attacker.example' }, { origin: `http://127.0.0.1:${port}` }]) {
      expect((await ask(port, '/metrics', { headers })).status, JSON.stringify(headers)).toBe(403);
    }
  });

  it('says that a port is taken, once, and has it as soon as it is free', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    blocker = other;
    open().use(port);
    await until('the word that it is taken', async () => (busy.length > 0 ? true : null));
    expect(opened?.port).toBeNull();
    await new Promise<void>((resolve) => other.close(() => resolve()));
    blocker = null;
    await listening(port);
    expect(busy).toEqual([port]);
    expect((await ask(port, '/metrics')).status).toBe(200);
  });

  it('moves to another port and falls silent on request', async () => {
    const [first, second] = [await freePort(), await freePort()];
    open().use(first);
    await listening(first);
    opened?.use(second);
    await listening(second);
    await expect(ask(first, '/metrics')).rejects.toThrow(/ECONNREFUSED/u);
    opened?.use(null);
    await until('silence', async () => (opened?.port === null ? true : null));
    await expect(ask(second, '/metrics')).rejects.toThrow(/ECONNREFUSED/u);
  });

  it('answers 500 where the text cannot be made, and goes on', async () => {
    const port = await freePort();
    let broken = true;
    open(async () => {
      if (broken) throw new Error('no');
      return { contentType: 'text/plain', body: '' };
    }).use(port);
    await listening(port);
    expect((await ask(port, '/metrics')).status).toBe(500);
    broken = false;
    expect((await ask(port, '/metrics')).status).toBe(200);
  });

  it('takes the port of the environment before that of the configuration', () => {
    expect(portOf({})).toBeUndefined();
    expect(portOf({ STEROWNIA_METRICS_PORT: 'off' })).toBeNull();
    expect(portOf({ STEROWNIA_METRICS_PORT: '9300' })).toBe(9300);
    for (const text of ['', '0', '70000', 'nine']) expect(portOf({ STEROWNIA_METRICS_PORT: text })).toBeUndefined();
  });
});
