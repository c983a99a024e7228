/** The world outside the console: a server on this machine that gives everybody everything and counts who came. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface Outside {
  /** `http://127.0.0.1:PORT`, for attacks. */
  readonly origin: string;
  /** A page without any policy of its own, on another origin than attacks go to. */
  readonly unguarded: string;
  /** Paths that were asked for since the last look. */
  seen(): readonly string[];
  close(): Promise<void>;
}

const pixel = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');

/** What a request for the path gets: always something that works. */
function content(path: string): readonly [type: string, body: string | Buffer] {
  if (path.endsWith('.gif')) return ['image/gif', pixel];
  if (path.endsWith('.css')) return ['text/css', 'body { outline: 0 }'];
  if (path.endsWith('.js')) return ['text/javascript', 'window.attacked = "ran";'];
  if (path.endsWith('.events')) return ['text/event-stream', 'data: x\n\n'];
  return ['text/html', '<!doctype html><title>outside</title><p>outside'];
}

export async function openOutside(): Promise<Outside> {
  let asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    if (path !== '/unguarded' && path !== '/favicon.ico') asked.push(path);
    const [type, body] = content(path);
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*', 'access-control-allow-private-network': 'true', 'cache-control': 'no-store' });
    if (type === 'text/event-stream') response.write(body);
    else response.end(body);
  };
  const server = createServer(answer);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (_socket, request) => void asked.push(request.url ?? '/'));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    unguarded: `http://localhost:${port}/unguarded`,
    seen: () => {
      const seen = asked;
      asked = [];
      return seen;
    },
    close: () => new Promise((resolve) => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}
