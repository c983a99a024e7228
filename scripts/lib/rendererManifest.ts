/**
 * The list of files that make up the window: what is not on it is not served, by no host. Text files get compressed
 * twins here, once, so that no request has to wait for a compressor.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export interface ManifestEntry {
  readonly sha256: string;
  readonly bytes: number;
  readonly content_type: string;
  /** The name holds a hash of the content: it may be cached for ever. */
  readonly immutable: boolean;
  /** Compressed twins beside the file: `br` as `<file>.br`, `gzip` as `<file>.gz`. */
  readonly encodings: readonly ('br' | 'gzip')[];
}

export interface RendererManifest {
  readonly schema: 'sterownia.renderer-manifest/1';
  /** By the path of the URL, for example `/assets/index-Ab12.js`; the file is at the same path below the folder. */
  readonly files: Readonly<Record<string, ManifestEntry>>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

const compressible = new Set(['.js', '.css', '.json', '.svg', '.txt']);

function compress(file: string, content: Buffer): ('br' | 'gzip')[] {
  if (!compressible.has(extname(file)) || content.length < 1024) return [];
  writeFileSync(`${file}.br`, brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  return ['br', 'gzip'];
}

/** Writes `manifest.json` and the compressed twins; a file of an unknown kind fails the build. */
export function writeRendererManifest(directory: string): RendererManifest {
  rmSync(join(directory, 'manifest.json'), { force: true });
  const paths = readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: Record<string, ManifestEntry> = {};
  for (const path of paths) {
    const contentType = contentTypes[extname(path)];
    if (contentType === undefined) throw new Error(`no content type is known for ${relative(directory, path)}`);
    const content = readFileSync(path);
    const address = `/${relative(directory, path).split(sep).join('/')}`;
    files[address] = {
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.length,
      content_type: contentType,
      immutable: address.startsWith('/assets/'),
      encodings: compress(path, content),
    };
  }
  const manifest: RendererManifest = { schema: 'sterownia.renderer-manifest/1', files };
  writeFileSync(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
