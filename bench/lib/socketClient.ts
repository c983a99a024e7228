/** A window without a browser: opens a one-time link, keeps its cookie and asks over the WebSocket. */
import { WebSocket } from 'ws';

export interface SocketClient {
  /** Milliseconds from the request to the last byte of its answer, and the length of the answer in bytes. */
  ask(operation: string, input: unknown): Promise<{ readonly milliseconds: number; readonly bytes: number }>;
  close(): void;
}

export async function openSocketClient(link: string): Promise<SocketClient> {
  const { origin, host } = new URL(link);
  const welcome = await fetch(link, { redirect: 'manual' });
  const cookie = welcome.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const socket = new WebSocket(`ws://${host}/ws`, { headers: { cookie, origin }, perMessageDeflate: false, maxPayload: 1 << 30 });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let id = 0;
  return {
    ask: (operation, input) => new Promise((resolve, reject) => {
      id += 1;
      // Results begin with their number; events that come in between are passed over.
      const wanted = `{"type":"result","id":${id},"result":{"ok":true`;
      const started = performance.now();
      const take = (data: Buffer): void => {
        const milliseconds = performance.now() - started;
        const head = data.toString('latin1', 0, 200);
        if (!head.startsWith('{"type":"result"')) return;
        socket.off('message', take);
        if (head.startsWith(wanted)) resolve({ milliseconds, bytes: data.length });
        else reject(new Error(`${operation}: ${head}`));
      };
      socket.on('message', take);
      socket.send(JSON.stringify({ type: 'call', id, operation, input }));
    }),
    close: () => socket.close(),
  };
}
