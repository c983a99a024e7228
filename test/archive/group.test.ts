/** Several archives made durable and published together. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  discard, draftArchive, findStaged, isStagedName, manifestPathOf, publish, publishAll, readManifest, settleDrafts, stagedPaths, verifyArchive, type Draft, type Staged,
} from '#engines/archive';
import { nodeFileSystem, unwatched, type EngineContext, type FileSystem } from '#engines/storage';
import { atEveryCall, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { failureOf } from './making.ts';
import { contextWith, itemsOf, noise, put, token, workshop } from './workshop.ts';

const shop = workshop();
const names = ['a', 'b', 'c'] as const;
const place = (name: string): string => join(shop.root, 'archives', `${name}.tar`);
const tokenOf = (name: string): string => `${token}-${name}`;

function makeReports(): void {
  for (const name of names) put(join(shop.root, 'source', name, 'data.bin'), noise(40_000));
}

async function drafts(context: EngineContext): Promise<Draft[]> {
  const made: Draft[] = [];
  for (const name of names) {
    const items = itemsOf(join(shop.root, 'source', name), name);
    const draft = await draftArchive(context, { items, format: 'tar', destination: place(name), source: name, token: tokenOf(name) }, unwatched);
    await verifyArchive(context, draft.archivePath, 'tar', draft.manifest, unwatched);
    made.push(draft);
  }
  return made;
}

const isStaged = (outcome: object): outcome is Staged => 'settled' in outcome;
const settled = (context: EngineContext, made: readonly Draft[]): Staged[] => settleDrafts(context, made).filter(isStaged);
const left = (): string[] => (existsSync(dirname(place('a'))) ? readdirSync(dirname(place('a'))).sort() : []);
const verified = (name: string): Promise<void> => verifyArchive(shop.context, place(name), 'tar', readManifest(shop.context, manifestPathOf(place(name))), unwatched);

/** Counts syncs by what is synced. */
function watching(): { readonly fs: FileSystem; readonly synced: string[] } {
  const paths = new Map<number, string>();
  const synced: string[] = [];
  const open: FileSystem['open'] = (path, flags, mode) => {
    const fd = nodeFileSystem.open(path, flags, mode);
    paths.set(fd, path);
    return fd;
  };
  const fsync: FileSystem['fsync'] = (fd) => {
    synced.push(paths.get(fd) ?? '');
    nodeFileSystem.fsync(fd);
  };
  return { fs: { ...nodeFileSystem, open, fsync }, synced };
}

describe('a group of archives', () => {
  it('syncs every archive and manifest before any name is given, and each folder once for each step', async () => {
    makeReports();
    const { fs, synced } = watching();
    const context = contextWith(fs, shop.root);
    const staged = settled(context, await drafts(context));
    const folder = dirname(place('a'));
    expect([...synced].sort()).toEqual([...staged.flatMap((each) => [each.archivePath, each.manifestPath]), folder].sort());
    expect(left().every(isStagedName)).toBe(true);
    synced.length = 0;
    expect(publishAll(context, staged)).toEqual([null, null, null]);
    expect(synced).toEqual([folder, folder]);
    expect(left()).toEqual(names.flatMap((name) => [`${name}.tar`, `${name}.tar.manifest.json`]));
    for (const name of names) await verified(name);
  });

  it('publishes the others when one finds its name taken', async () => {
    makeReports();
    const staged = settled(shop.context, await drafts(shop.context));
    put(place('b'), 'foreign');
    expect(publishAll(shop.context, staged).map((failure) => failure?.code ?? null)).toEqual([null, 'CONFLICT', null]);
    for (const each of staged.filter(({ destination }) => destination === place('b'))) discard(shop.context, each);
    expect(left()).toEqual(['a.tar', 'a.tar.manifest.json', 'b.tar', 'c.tar', 'c.tar.manifest.json']);
    await verified('a');
    await verified('c');
  });

  it('leaves nothing of a draft that can not be made durable, and the others whole', async () => {
    makeReports();
    const made = await drafts(shop.context);
    const hits = await atEveryCall((at): Fault => ({ at, kind: 'EIO' }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const outcomes = settleDrafts(contextWith(faulty.fs, shop.root), made);
      for (const [index, outcome] of outcomes.entries()) {
        const draft = made[index];
        if (isStaged(outcome)) {
          await verifyArchive(shop.context, outcome.archivePath, 'tar', readManifest(shop.context, outcome.manifestPath), unwatched);
          discard(shop.context, outcome);
        } else {
          expect([outcome.code, existsSync(draft?.archivePath ?? ''), existsSync(draft?.manifestPath ?? '')]).toEqual(['IO', false, false]);
        }
      }
      expect(left()).toEqual([]);
      await drafts(shop.context);
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(8);
  });

  it('can be completed or reverted, each archive by itself, after a crash at any call', async () => {
    makeReports();
    let mixed = 0;
    await atEveryCall((at): Fault => ({ at, kind: 'crash' }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const context = contextWith(faulty.fs, shop.root);
      await failureOf(async () => publishAll(context, settled(context, await drafts(context))));
      faulty.release();
      if (!faulty.fired) return false;
      const final = names.filter((name) => existsSync(place(name)));
      if (final.length > 0 && final.length < names.length) mixed += 1;
      for (const name of final) await verified(name);
      for (const name of names) {
        const staged = findStaged(shop.context, place(name), tokenOf(name));
        if (staged) publish(shop.context, staged);
        discard(shop.context, { ...stagedPaths(place(name), tokenOf(name)), token: tokenOf(name) });
        if (staged) await verified(name);
      }
      expect(left().some(isStagedName)).toBe(false);
      for (const name of left()) nodeFileSystem.unlink(join(dirname(place('a')), name));
      return true;
    });
    expect(mixed).toBeGreaterThan(0);
  });
});
