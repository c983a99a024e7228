/** The files of the window: exactly those that the build listed. A path from outside is only ever looked up, never joined. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ConsoleError } from '#contract';

const entrySchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  content_type: z.string(),
  immutable: z.boolean(),
  encodings: z.array(z.enum(['br', 'gzip'])),
});
export const rendererManifestSchema = z.object({
  schema: z.literal('sterownia.renderer-manifest/1'),
  files: z.record(z.string().regex(/^(?:\/[\w@][\w@.-]*)+$/u), entrySchema),
});

type Encoding = 'br' | 'gzip';
const suffix: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

export interface WindowFile {
  readonly contentType: string;
  readonly page: boolean;
  readonly etag: string;
  readonly cacheControl: string;
  /** The body in the best form that the browser takes. */
  body(acceptEncoding: string): Promise<{ readonly bytes: Buffer; readonly encoding: Encoding | null }>;
}

export interface WindowFiles {
  /** The file of a URL path as it came over the wire, undecoded; null if it is not listed. */
  find(path: string): WindowFile | null;
}

const accepts = (header: string, encoding: Encoding): boolean =>
  header.split(',').some((part) => {
    const [name, quality] = part.trim().toLowerCase().split(';');
    return name?.trim() === encoding && !/^\s*q=0(?:\.0*)?\s*$/u.test(quality ?? '');
  });

export async function openWindowFiles(directory: string): Promise<WindowFiles> {
  const path = join(directory, 'manifest.json');
  const manifest = rendererManifestSchema.safeParse(await readManifest(path));
  if (!manifest.success || !Object.hasOwn(manifest.data.files, '/index.html')) {
    throw new ConsoleError('DOCUMENT_CORRUPT', `The list of the window's files is damaged: ${path}.`, { remedy: 'Build it again with `npm run build -- --force`.', details: { path } });
  }
  const cache = new Map<string, Promise<Buffer>>();
  const read = (file: string): Promise<Buffer> => {
    const known = cache.get(file);
    if (known) return known;
    const content = readFile(file);
    cache.set(file, content);
    content.catch(() => cache.delete(file));
    return content;
  };
  const files = new Map(Object.entries(manifest.data.files).map(([address, entry]): [string, WindowFile] => {
    const file = join(directory, ...address.slice(1).split('/'));
    const page = address.endsWith('.html');
    return [address, {
      contentType: entry.content_type,
      page,
      etag: `"${entry.sha256.slice(0, 32)}"`,
      cacheControl: page ? 'no-store' : entry.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
      body: async (header) => {
        const encoding = entry.encodings.find((candidate) => accepts(header, candidate)) ?? null;
        return { bytes: await read(encoding === null ? file : `${file}${suffix[encoding]}`), encoding };
      },
    }];
  }));
  return { find: (address) => files.get(address === '/' ? '/index.html' : address) ?? null };
}

async function readManifest(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConsoleError('NOT_FOUND', `The window is not built: ${path} cannot be read.`, { remedy: 'Run `npm run build` in the checkout.', details: { path }, cause: error });
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
