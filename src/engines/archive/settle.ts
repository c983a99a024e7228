/**
 * Makes drafts durable, several together: the disk syncs a group of files in much less time than one after the other.
 *
 * The staged manifest is written last, after its archive was synced. So after a crash a staged archive with a readable
 * staged manifest is complete, and one without is to be thrown away.
 */
import { dirname } from 'node:path';
import type { ConsoleError } from '#contract';
import { asConsoleError, syncDirectory, type EngineContext, type FileSystem } from '#engines/storage';
import { writeManifest } from './manifest.ts';
import { removeStaged } from './remove.ts';
import type { Draft, Staged } from './types.ts';

/** What was written through another descriptor, and is closed, becomes durable all the same. */
function syncFile(fs: FileSystem, path: string): void {
  const fd = fs.open(path, 'r+');
  try {
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
}

/** Things in groups by the folder of their destination, so that each folder is synced once. */
export function byFolder<T>(things: readonly T[], pathOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const folder = dirname(pathOf(thing));
    const group = groups.get(folder);
    if (group) group.push(thing);
    else groups.set(folder, [thing]);
  }
  return groups;
}

/** One outcome for each draft, in order. Nothing is left of a draft that failed. */
export function settleDrafts(context: EngineContext, drafts: readonly Draft[]): readonly (Staged | ConsoleError)[] {
  const { fs } = context;
  const failures = new Map<Draft, ConsoleError>();
  const attempt = (draft: Draft, act: () => void): void => {
    if (failures.has(draft)) return;
    try {
      act();
    } catch (error) {
      failures.set(draft, asConsoleError(error, 'make the archive', draft.destination));
    }
  };
  // The directory format synced every file and folder while it copied them.
  for (const draft of drafts) attempt(draft, () => { if (draft.format !== 'directory') syncFile(fs, draft.archivePath); });
  for (const draft of drafts) attempt(draft, () => writeManifest(context, draft.manifestPath, draft.manifest));
  for (const draft of drafts) attempt(draft, () => syncFile(fs, draft.manifestPath));
  for (const [folder, group] of byFolder(drafts.filter((draft) => !failures.has(draft)), (draft) => draft.destination)) {
    try {
      syncDirectory(fs, folder);
    } catch (error) {
      for (const draft of group) attempt(draft, () => { throw error; });
    }
  }
  return drafts.map((draft) => {
    const failure = failures.get(draft);
    if (!failure) return { ...draft, settled: true };
    removeStaged(fs, draft);
    return failure;
  });
}
