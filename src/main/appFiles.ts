/**
 * Serves `app://sterownia/`: exactly the files that the build listed, with the bytes that it hashed, and nothing that
 * a path could lead to beside them.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { isOwnUrl } from './addresses.ts';
import { newNonce, noncePlaceholder, securityHeaders } from '#hosts';

/** `manifest.json` beside the built pages; members that only the headless host needs are not looked at. */
export const rendererManifestSchema = z.object({
  schema: z.literal('sterownia.renderer-manifest/1'),
  files: z.record(
    z.string().regex(/^(?:\/[\w@][\w@.-]*)+$/u, 'a plain path from the root'),
    z.object({ sha256: z.string().length(64), content_type: z.string(), immutable: z.boolean() }),
  ),
});

export interface AppFilesOptions {
  /** Folder of the built pages. */
  readonly root: string;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly nonce?: () => string;
}

export type AppRequestHandler = (request: { readonly url: string; readonly method: string }) => Promise<Response>;

const refuse = (status: number): Response => new Response(null, { status, headers: securityHeaders(newNonce(), 'none') });

/** The path that a URL asks for; encoded separators and dots are not decoded and so are never on the list. */
function askedPath(url: string): string | null {
  if (!isOwnUrl(url)) return null;
  const { pathname } = new URL(url);
  return pathname === '/' ? '/index.html' : pathname;
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reads the manifest once; a missing or malformed one is a broken installation and throws. */
export async function openAppFiles(options: AppFilesOptions): Promise<AppRequestHandler> {
  const manifest = await options.readFile(join(options.root, 'manifest.json'));
  const { files } = rendererManifestSchema.parse(JSON.parse(Buffer.from(manifest).toString('utf8')));
  const allowed = new Map(Object.entries(files));
  const nonce = options.nonce ?? newNonce;
  return async ({ url, method }) => {
    if (method !== 'GET') return refuse(405);
    const path = askedPath(url);
    const entry = path === null ? undefined : allowed.get(path);
    if (path === null || entry === undefined) return refuse(404);
    const bytes = await options.readFile(join(options.root, ...path.slice(1).split('/')));
    if (digest(bytes) !== entry.sha256) return refuse(500);
    const once = nonce();
    const page = entry.content_type.startsWith('text/html');
    const body = page ? Buffer.from(bytes).toString('utf8').replaceAll(noncePlaceholder, once) : new Uint8Array(bytes);
    return new Response(body, {
      headers: {
        ...securityHeaders(once, 'none'),
        'content-type': entry.content_type,
        'cache-control': entry.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
      },
    });
  };
}
