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

/** The socket is opened at once; what happens on it before anybody listens is kept for them. */
export function socketLink(address: string): Link {
  let socket = new WebSocket(address);
  let attempt = 0;
  let early: (() => void)[] | null = [];
  let onMessage: (message: unknown) => void = () => undefined;
  let onState: (up: boolean) => void = () => undefined;
  const tell = (work: () => void): void => {
    if (early === null) work();
    else early.push(work);
  };
  const watch = (current: WebSocket): void => {
    current.addEventListener('open', () => {
      attempt = 0;
      tell(() => onState(true));
    });
    current.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = typeof event.data === 'string' ? parseJson(event.data) : null;
      if (message !== null) tell(() => onMessage(message));
    });
    current.addEventListener('close', () => {
      tell(() => onState(false));
      attempt += 1;
      setTimeout(() => {
        socket = new WebSocket(address);
        watch(socket);
      }, reconnectPause(attempt - 1, Math.random()));
    });
  };
  watch(socket);
  return {
    kind: 'headless',
    send: (request) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    },
    start: (takeMessage, takeState) => {
      onMessage = takeMessage;
      onState = takeState;
      const kept = early ?? [];
      early = null;
      for (const work of kept) work();
    },
  };
}

export function openLink(): Link {
  if (window.sterownia !== undefined) return bridgeLink(window.sterownia);
  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
  return socketLink(`${scheme}//${window.location.host}/ws`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
