/**
 * The HTTP side: the one-time link, the files of the window, `/healthz` and `/metrics`. Everything is refused that is
 * not named here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '#engines/storage';
import type { Console } from '#runtime';
import { refusal } from './guards.ts';
import { newNonce, noncePlaceholder, securityHeaders } from '#hosts';
import * as pages from './pages.ts';
import type { Sessions } from './session.ts';
import type { WindowFile, WindowFiles } from './windowFiles.ts';

export interface HttpOptions {
  readonly console: Pick<Console, 'metrics'>;
  readonly files: WindowFiles;
  readonly sessions: Sessions;
  readonly port: number;
  readonly version: string;
  readonly log: Log;
}

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nonce?: string;
}

export const openPrefix = '/open/';

const html = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  ({ status, body, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers } });

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    ...securityHeaders(answer.nonce ?? newNonce(), 'self'),
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/** A link must not be used up by a preview or by a browser that fetches ahead. */
function openLink(request: IncomingMessage, token: string, sessions: Sessions): Answer {
  if (request.method !== 'GET' || header(request, 'sec-purpose').includes('prefetch')) return html(403, pages.noSession);
  const session = sessions.exchange(token);
  if (session === null) return html(403, pages.deadLink);
  return html(303, pages.stepInside, { 'set-cookie': sessions.cookie(session), location: '/' });
}

async function sendFile(request: IncomingMessage, file: WindowFile): Promise<Answer> {
  const headers = { 'content-type': file.contentType, 'cache-control': file.cacheControl };
  if (file.page) {
    const nonce = newNonce();
    const { bytes } = await file.body('');
    return { status: 200, body: bytes.toString('utf8').replaceAll(noncePlaceholder, nonce), headers, nonce };
  }
  const cached = { ...headers, etag: file.etag, vary: 'accept-encoding' };
  if (header(request, 'if-none-match') === file.etag) return { status: 304, body: '', headers: cached };
  const { bytes, encoding } = await file.body(header(request, 'accept-encoding'));
  return { status: 200, body: bytes, headers: encoding === null ? cached : { ...cached, 'content-encoding': encoding } };
}

async function metrics(console: Pick<Console, 'metrics'>): Promise<Answer> {
  const { contentType, body } = await console.metrics();
  return { status: 200, body, headers: { 'content-type': contentType, 'cache-control': 'no-store' } };
}

function health(version: string): Answer {
  return { status: 200, body: `${JSON.stringify({ status: 'ok', version })}\n`, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' } };
}

async function route(request: IncomingMessage, options: HttpOptions): Promise<Answer> {
  // Compared as it came over the wire: an encoded path is simply a path that is not on the list.
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/healthz') return health(options.version);
  if (path === '/metrics') return metrics(options.console);
  if (path.startsWith(openPrefix)) return openLink(request, path.slice(openPrefix.length), options.sessions);
  if (!options.sessions.admits(request.headers.cookie)) {
    return path === '/' && header(request, 'sec-fetch-site') === 'cross-site' ? html(200, pages.stepInside) : html(403, pages.noSession);
  }
  const file = options.files.find(path);
  return file === null ? html(404, pages.notFound) : sendFile(request, file);
}

function refuse(request: IncomingMessage, options: HttpOptions): Answer | null {
  const why = refusal(request, options.port, false);
  if (why !== null) {
    options.log.warn('refused a request', { why, method: request.method ?? null });
    return html(403, why === 'foreign host' ? pages.foreignHost(options.port) : pages.foreignOrigin);
  }
  return request.method === 'GET' || request.method === 'HEAD' ? null : html(405, pages.wrongMethod, { allow: 'GET, HEAD', connection: 'close' });
}

export function createHttpHandler(options: HttpOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const refused = refuse(request, options);
    if (refused !== null) {
      send(request, response, refused);
      return;
    }
    route(request, options).then(
      (answer) => send(request, response, answer),
      (error: unknown) => {
        options.log.error('a request failed', { error: String(error) });
        if (response.headersSent) response.destroy();
        else send(request, response, html(500, pages.broken));
      },
    );
  };
}
