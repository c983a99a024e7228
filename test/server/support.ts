/** A running server on a small window, and requests as an attacker would write them: byte by byte. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { silentLog, type Log } from '#engines/storage';
import { startServer, type RunningServer } from '../../src/server/index.ts';
import { writeRendererManifest } from '../../scripts/lib/rendererManifest.ts';
import { createConsoleDouble, type ConsoleDouble } from './double.ts';

export interface Stage {
  readonly server: RunningServer;
  readonly console: ConsoleDouble;
  readonly directory: string;
  end(): Promise<void>;
}

export const script = `export const text = ${JSON.stringify('sterownia '.repeat(400))};\n`;

export async function openStage(options: { readonly heartbeatMs?: number; readonly log?: Log } = {}): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'sterownia-server-'));
  const renderer = join(directory, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script type="module" src="/assets/app-1.js"></script>');
  writeFileSync(join(renderer, 'assets', 'app-1.js'), script);
  writeFileSync(join(directory, 'secret.txt'), 'beside the window');
  writeRendererManifest(renderer);
  const console = createConsoleDouble();
  const server = await startServer({ console, rendererDirectory: renderer, log: silentLog, ...options });
  return {
    server,
    console,
    directory,
    end: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Sends lines as they are and reads until the server closes. */
export function rawRequest(port: number, lines: readonly string[]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (chunk) => parts.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const all = Buffer.concat(parts);
      const split = all.indexOf('\r\n\r\n');
      const [first = '', ...rest] = all.subarray(0, split).toString('latin1').split('\r\n');
      const headers = new Map(rest.map((line): [string, string] => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
      }));
      resolve({ status: Number(first.split(' ')[1]), headers, body: all.subarray(split + 4) });
    });
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly cookie?: string;
  readonly extra?: readonly string[];
}

export function request(stage: Stage, parts: RequestParts = {}): Promise<Reply> {
  const { port } = stage.server;
  return rawRequest(port, [
    `${parts.method ?? 'GET'} ${parts.path ?? '/'} HTTP/1.1`,
    `Host: ${parts.host ?? `127.0.0.1:${port}`}`,
    'Connection: close',
    ...(parts.cookie === undefined ? [] : [`Cookie: ${parts.cookie}`]),
    ...(parts.extra ?? []),
  ]);
}

export const pathOf = (url: string): string => new URL(url).pathname;

/** Follows a one-time link and gives the cookie as a browser would send it back. */
export async function enter(stage: Stage, link = stage.server.oneTimeUrl): Promise<string> {
  const reply = await request(stage, { path: pathOf(link) });
  return reply.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

export interface SocketParts {
  readonly cookie?: string;
  readonly origin?: string | null;
  readonly host?: string;
  readonly path?: string;
}

export function openSocket(stage: Stage, parts: SocketParts = {}): WebSocket {
  const { port } = stage.server;
  const origin = parts.origin === undefined ? `http://127.0.0.1:${port}` : parts.origin;
  return new WebSocket(`ws://127.0.0.1:${port}${parts.path ?? '/ws'}`, {
    headers: {
      ...(parts.cookie === undefined ? {} : { cookie: parts.cookie }),
      ...(origin === null ? {} : { origin }),
      ...(parts.host === undefined ? {} : { host: parts.host }),
    },
  });
}

/** 101 when the socket opened, else the status of the refusal. */
export function upgradeStatus(stage: Stage, parts: SocketParts): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(stage, parts);
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', (error) => {
      if (!/WebSocket was closed/u.test(error.message)) reject(error);
    });
  });
}

export interface Talk {
  readonly socket: WebSocket;
  readonly messages: readonly Record<string, unknown>[];
  send(value: unknown): void;
  /** The first message that fits, past or to come. */
  next(fits: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  readonly closed: Promise<number>;
}

export async function talk(stage: Stage, cookie: string): Promise<Talk> {
  const socket = openSocket(stage, { cookie });
  const messages: Record<string, unknown>[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as Record<string, unknown>);
    for (const wake of waiting.splice(0)) wake();
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    socket,
    messages,
    closed,
    send: (value) => socket.send(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)),
    next: async (fits) => {
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
