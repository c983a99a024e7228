/** Reads the members of a zip file with the digests of their contents. */
import { createHash } from 'node:crypto';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly method: number;
  readonly sha256: string;
}

export async function zipMembers(path: string): Promise<readonly ZipMember[]> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    const entries = await entriesOf(zip);
    return await Promise.all(entries.map(async (entry) => ({
      name: entry.fileName, size: entry.uncompressedSize, method: entry.compressionMethod, sha256: await digestOf(zip, entry),
    })));
  } finally {
    zip.close();
  }
}

function entriesOf(zip: ZipFile): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}

async function digestOf(zip: ZipFile, entry: Entry): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await zip.openReadStreamPromise(entry)) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 16);
}
