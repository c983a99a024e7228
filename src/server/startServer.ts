/** The headless host: one console on loopback, for one browser. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConsoleError } from '#contract';
import type { Log } from '#engines/storage';
import { productVersion, type Console } from '#runtime';
import { refusal } from './guards.ts';
import { createHttpHandler, openPrefix } from './http.ts';
import { createSessions } from './session.ts';
import { createSockets, maximumConnections } from './sockets.ts';
import { openWindowFiles } from './windowFiles.ts';

export interface ServerOptions {
  readonly console: Console;
  /** Random unless given. */
  readonly port?: number;
  /** The built window, with its `manifest.json`. */
  readonly rendererDirectory: string;
  readonly log: Log;
  /** Called once, when the server has stopped. */
  readonly onShutdown?: () => void;
  /** Pause between two signs of life that are asked from a window; default 15 s. */
  readonly heartbeatMs?: number;
}

export interface RunningServer {
  /** Without a secret; useless to a browser that was not let in. */
  readonly url: string;
  /** Lets one browser in, once. */
  readonly oneTimeUrl: string;
  readonly port: number;
  /** Makes a new link; the browser that opens it takes the place of the present one. */
  newLink(): string;
  close(): Promise<void>;
}

const host = '127.0.0.1';

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): ConsoleError {
  const taken = error.code === 'EADDRINUSE';
  return new ConsoleError(taken ? 'CONFLICT' : 'IO', taken ? `Port ${port} is in use by another program; nothing was started.` : `The console cannot listen on ${host}:${port}: ${error.message}.`, {
    remedy: 'Choose another port, or leave --port out for a free one.', details: { field: 'port', port, system: error.code ?? null }, cause: error,
  });
}

function rejectUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { console, log } = options;
  const files = await openWindowFiles(options.rendererDirectory);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 30_000, maxHeaderSize: 16 * 1024 });
  const port = await listen(server, options.port ?? 0);
  const sockets = createSockets({ console, log, ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }) });
  const sessions = createSessions(port, () => sockets.endAll(1008, 'another browser was let in'));
  server.on('request', createHttpHandler({ console, files, sessions, port, version: productVersion(), log }));
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => rejectUpgrade(socket, '405 Method Not Allowed'));
  server.on('clientError', (_error: Error, socket: Duplex) => rejectUpgrade(socket, '400 Bad Request'));
  server.on('error', (error) => log.error('the server failed', { error: error.message }));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const why = refusal(request, port, true) ?? (request.url !== '/ws' ? 'unknown address' : sessions.admits(request.headers.cookie) ? null : 'no session');
    if (why === null && sockets.count < maximumConnections) {
      sockets.accept(request, socket, head);
      return;
    }
    log.warn('refused a connection', { why: why ?? 'too many connections' });
    rejectUpgrade(socket, why === null ? '503 Service Unavailable' : '403 Forbidden');
  });
  const unsubscribe = console.subscribe(sockets.broadcast);
  const url = `http://${host}:${port}/`;
  const newLink = (): string => `${url}${openPrefix.slice(1)}${sessions.newToken()}`;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    unsubscribe();
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    sockets.close();
    server.closeIdleConnections();
    const force = setTimeout(() => server.closeAllConnections(), 1000);
    await stopped;
    clearTimeout(force);
    options.onShutdown?.();
  };
  log.info('serving the console', { url });
  return {
    url,
    oneTimeUrl: newLink(),
    port,
    newLink,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
