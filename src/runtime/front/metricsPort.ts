/**
 * Where Prometheus reads what a running console counts: a port on the loopback address with `/metrics` and `/healthz`,
 * and nothing else.
 *
 * Promise: a port that another program has is said and tried again, and never keeps a console from working.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '#engines/storage';

export interface MetricsPortOptions {
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly version: string;
  readonly log: Log;
  /** Called once for each port that cannot be had, some seconds after it was first tried. */
  readonly onBusy: (port: number, why: string) => void;
  /** Pause between two tries; default 2 s. */
  readonly retryMs?: number;
}

export interface MetricsPort {
  /** The port that is listened on now; null while there is none. */
  readonly port: number | null;
  /** Null: listen on none. The same port again changes nothing. */
  use(port: number | null): void;
  close(): Promise<void>;
}

const address = '127.0.0.1';
const loopback = new Set([address, `::ffff:${address}`]);
/** A console that has just been closed, or is about to be, frees its port within this many tries. */
const silentTries = 3;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const plain = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body: `${body}\n` });

/** A name that somebody's DNS points at the loopback address, and pages of a browser, are refused. */
function refused(request: IncomingMessage, port: number): boolean {
  const hosts = request.rawHeaders.filter((_text, at) => at % 2 === 1 && request.rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  const own = host !== undefined && hosts.length === 1 && [`${address}:${port}`, `localhost:${port}`].includes(host.toLowerCase());
  return !own || !loopback.has(request.socket.remoteAddress ?? '') || request.headers.origin !== undefined;
}

async function answerTo(request: IncomingMessage, port: number, options: MetricsPortOptions): Promise<Answer> {
  if (refused(request, port)) return plain(403, 'Only programs on this machine may read this, at 127.0.0.1.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'GET and HEAD only.');
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/healthz') return { status: 200, type: 'application/json; charset=utf-8', body: `${JSON.stringify({ status: 'ok', version: options.version })}\n` };
  if (path !== '/metrics') return plain(404, '/metrics and /healthz are here, and nothing else.');
  const { contentType, body } = await options.text();
  return { status: 200, type: contentType, body };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type, 'content-length': String(Buffer.byteLength(body)), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'", 'cross-origin-resource-policy': 'same-origin', ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function openMetricsPort(options: MetricsPortOptions): MetricsPort {
  const { log } = options;
  let wanted: number | null = null;
  let server: Server | null = null;
  let listening: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let tries = 0;

  const stop = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const old = server;
    server = null;
    listening = null;
    if (old === null) return;
    await new Promise<void>((resolve) => {
      old.close(() => resolve());
      old.closeAllConnections();
    });
  };

  const start = (port: number): void => {
    const made = createServer({ headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 30_000, maxHeaderSize: 16 * 1024 });
    made.maxConnections = 32;
    server = made;
    made.on('request', (request, response) => {
      answerTo(request, port, options).then(
        (answer) => send(request, response, answer),
        (error: unknown) => {
          log.error('the metrics could not be told', { error: String(error) });
          if (response.headersSent) response.destroy();
          else send(request, response, plain(500, 'The metrics could not be told; the log file has the reason.'));
        },
      );
    });
    made.on('clientError', (_error, socket) => socket.destroy());
    made.on('error', (error: NodeJS.ErrnoException) => {
      if (server !== made) return;
      server = null;
      listening = null;
      tries += 1;
      if (tries === silentTries) {
        log.warn('the port for metrics cannot be had', { port, error: error.message });
        options.onBusy(port, error.code ?? error.message);
      }
      timer = setTimeout(() => {
        timer = null;
        start(port);
      }, (options.retryMs ?? 2_000) * Math.min(tries, 15)).unref();
    });
    made.listen({ host: address, port, exclusive: true }, () => {
      listening = port;
      tries = 0;
      log.info('metrics are told', { url: `http://${address}:${port}/metrics` });
    });
    made.unref();
  };

  const change = async (port: number | null): Promise<void> => {
    await stop();
    if (port !== null && wanted === port && server === null && timer === null) start(port);
  };

  return {
    get port() {
      return listening;
    },
    use: (port) => {
      if (port === wanted) return;
      wanted = port;
      tries = 0;
      void change(port);
    },
    close: () => {
      wanted = null;
      return stop();
    },
  };
}

/** What the environment says about the port, for a second console on one machine: a number, or `off`. Undefined: nothing. */
export function portOf(environment: Readonly<Record<string, string | undefined>>): number | null | undefined {
  const text = environment['STEROWNIA_METRICS_PORT']?.trim();
  if (text === 'off') return null;
  const port = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
