/**
 * The WebSocket side: frames are text, small and of the contract's form, or the connection ends. A window that reads
 * slowly loses progress and older events, never results; the gap in the numbers of the events tells it to read again.
 */
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { EventEnvelope, Message } from '#contract';
import type { Log } from '#engines/storage';
import { openConnection } from '#hosts';
import type { Console } from '#runtime';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export const maximumFrame = 1024 * 1024;
export const maximumConnections = 16;
/** Beyond the first mark a slow window gets results only; beyond the second it is cut off. */
const slowMark = 4 * 1024 * 1024;
const cutMark = 256 * 1024 * 1024;
const policyViolation = 1008;

export interface SocketsOptions {
  readonly console: Pick<Console, 'call'>;
  readonly log: Log;
  readonly heartbeatMs?: number;
}

export interface Sockets {
  readonly count: number;
  /** Takes over an admitted upgrade; the guards have been asked before. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  broadcast(event: EventEnvelope): void;
  /** Ends all connections, for example because another browser was let in. */
  endAll(code: number, reason: string): void;
  close(): void;
}

interface Connection {
  readonly socket: WebSocket;
  alive: boolean;
  /** The newest event that was held back while the window was slow. */
  held: EventEnvelope | null;
}

/** The JSON of a text frame; undefined, which is no request, for anything else. */
function parseFrame(data: RawData, binary: boolean): unknown {
  if (binary || !Buffer.isBuffer(data)) return undefined;
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}

function deliver(connection: Connection, message: Message): void {
  const { socket } = connection;
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > slowMark && message.type !== 'result') {
    if (message.type === 'event') connection.held = message.event;
    return;
  }
  if (socket.bufferedAmount > cutMark) socket.terminate();
  else socket.send(JSON.stringify(message));
}

/** One text message in fragments, so that nothing has to be put together in memory first. */
function deliverPrinted({ socket }: Connection, pieces: readonly (string | Uint8Array)[]): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > cutMark) return socket.terminate();
  pieces.forEach((piece, at) => socket.send(piece, { binary: false, fin: at === pieces.length - 1 }));
}

/** Once the window has caught up, the newest held event shows it the gap. */
function releaseHeld(connection: Connection): void {
  const { held, socket } = connection;
  if (held === null || socket.bufferedAmount > slowMark) return;
  connection.held = null;
  deliver(connection, { type: 'event', event: held });
}

export function createSockets({ console, log, heartbeatMs = 15_000 }: SocketsOptions): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: maximumFrame, perMessageDeflate: false, clientTracking: false });
  const connections = new Set<Connection>();

  const open = (socket: WebSocket): void => {
    const connection: Connection = { socket, alive: true, held: null };
    const calls = openConnection({
      call: console.call, log, send: (message) => deliver(connection, message), sendPrinted: (pieces) => deliverPrinted(connection, pieces),
      onBreach: () => socket.close(policyViolation, 'not a request of the console'),
    });
    connections.add(connection);
    socket.on('pong', () => {
      connection.alive = true;
    });
    socket.on('message', (data, binary) => calls.receive(parseFrame(data, binary)));
    socket.on('error', (error) => log.warn('a connection failed', { error: error.message }));
    socket.on('close', () => {
      connections.delete(connection);
      calls.close();
    });
  };

  const heartbeat = setInterval(() => {
    for (const connection of connections) {
      if (connection.alive) {
        connection.alive = false;
        if (connection.socket.readyState === WebSocket.OPEN) connection.socket.ping();
      } else {
        log.info('ended a connection: the window gives no sign of life');
        connection.socket.terminate();
      }
    }
  }, heartbeatMs);
  const catchUp = setInterval(() => connections.forEach(releaseHeld), 250);
  heartbeat.unref();
  catchUp.unref();

  const endAll = (code: number, reason: string): void => {
    for (const { socket } of connections) socket.close(code, reason);
  };
  return {
    get count() {
      return connections.size;
    },
    accept: (request, socket, head) => server.handleUpgrade(request, socket, head, open),
    broadcast: (event) => connections.forEach((connection) => deliver(connection, { type: 'event', event })),
    endAll,
    close: () => {
      clearInterval(heartbeat);
      clearInterval(catchUp);
      endAll(1001, 'the console is closing');
      for (const { socket } of connections) setTimeout(() => socket.terminate(), 500).unref();
      server.close();
    },
  };
}
