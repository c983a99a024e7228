/** The report of the failure tests, and short ways to make, look and ask. */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isConsoleError } from '#contract';
import {
  discard, manifestPathOf, publish, readManifest, verifyArchive, writeArchive, type ArchiveFormat, type ArchiveRequest,
} from '#engines/archive';
import { nodeFileSystem, unwatched, type EngineContext } from '#engines/storage';
import { itemsOf, noise, put, token, type Workshop } from './workshop.ts';

export function makeSmallReport({ report }: Workshop): void {
  put(join(report, 'summary.json'), '{}');
  put(join(report, 'exports', 'a.csv'), 'a,b\n1,2\n');
  put(join(report, 'large.bin'), noise((1 << 20) + 5));
  mkdirSync(join(report, 'empty'));
  symlinkSync('summary.json', join(report, 'link'));
}

export async function failureOf(act: () => Promise<unknown> | unknown): Promise<unknown> {
  try {
    await act();
    return null;
  } catch (error) {
    return error;
  }
}

export async function codeOf(act: () => Promise<unknown> | unknown): Promise<string> {
  const failure = await failureOf(act);
  return isConsoleError(failure) ? failure.code : String(failure);
}

export const request = (shop: Workshop, format: ArchiveFormat): ArchiveRequest =>
  ({ items: itemsOf(shop.report), format, destination: shop.destination(format), source: 'smoke/run_a', token });

export async function makeAndPublish(context: EngineContext, shop: Workshop, format: ArchiveFormat): Promise<void> {
  const staged = await writeArchive(context, request(shop, format), unwatched);
  try {
    await verifyArchive(context, staged.archivePath, format, staged.manifest, unwatched);
    publish(context, staged);
  } catch (error) {
    discard(context, staged);
    throw error;
  }
}

/** Names beside the destination. */
export function left(shop: Workshop, format: ArchiveFormat): readonly string[] {
  const directory = dirname(shop.destination(format));
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Throws unless a whole archive with its manifest stands under the final name. */
export async function expectPublished(shop: Workshop, format: ArchiveFormat): Promise<void> {
  const path = shop.destination(format);
  await verifyArchive(shop.context, path, format, readManifest(shop.context, manifestPathOf(path)), unwatched);
}

export function clearAway(shop: Workshop, format: ArchiveFormat): void {
  nodeFileSystem.rename(dirname(shop.destination(format)), join(shop.root, `away-${readdirSync(shop.root).length}`));
}
