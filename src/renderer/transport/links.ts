/** The two ways to a host: the bridge that the preload script left, or a WebSocket on the address of this page. */
import type { PreloadBridge } from '#contract';
import type { Link } from './client.ts';

declare global {
  interface Window {
    readonly sterownia?: PreloadBridge;
  }
}

export function bridgeLink(bridge: PreloadBridge): Link {
  return {
    kind: 'electron',
    send: (request) => bridge.send(request),
    start: (onMessage, onState) => {
      bridge.onMessage(onMessage);
      onState(true);
    },
  };
}

const firstPause = 250;
const longestPause = 5000;

/** Doubles up to the longest pause; the random part keeps several windows from returning in one burst. */
export function reconnectPause(attempt: number, random: number): number {
  const base = Math.min(longestPause, firstPause * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.75 + random * 0.5));
}

export function socketLink(address: string): Link {
  let socket: WebSocket | null = null;
  let attempt = 0;
  const open = (onMessage: (message: unknown) => void, onState: (up: boolean) => void): void => {
    const current = new WebSocket(address);
    socket = current;
    current.addEventListener('open', () => {
      attempt = 0;
      onState(true);
    });
    current.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = typeof event.data === 'string' ? parseJson(event.data) : null;
      if (message !== null) onMessage(message);
    });
    current.addEventListener('close', () => {
      onState(false);
      attempt += 1;
      setTimeout(() => open(onMessage, onState), reconnectPause(attempt - 1, Math.random()));
    });
  };
  return {
    kind: 'headless',
    send: (request) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
    start: open,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
