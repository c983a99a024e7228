/** Everything at and below one place of a root, as things that an entry can list. Links are not followed. */
import { join } from 'node:path';
import { isMissing, type EngineContext } from '#engines/storage';
import { lookAt } from './look.ts';
import type { TrashItem } from './manifest.ts';

/** Folders before their content; empty where there is nothing. Throws at a folder that cannot be read: what lies in it is unknown. */
export function thingsBelow(context: EngineContext, rootPath: string, root: number, path: string): readonly TrashItem[] {
  const items: TrashItem[] = [];
  const pending = [path];
  for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
    const stat = lookAt(context, join(rootPath, way));
    if (stat === null) continue;
    const folder = stat.kind === 'directory';
    items.push({ root, path: way, kind: stat.kind, size: folder ? 0 : stat.size, mtime_ns: String(stat.mtimeNs), mode: stat.mode, ino: String(stat.ino) });
    if (folder) for (const { name } of context.fs.readdir(join(rootPath, way))) pending.push(`${way}/${name}`);
  }
  return items;
}

/** How many files, links and other things lie below the folders, and their bytes. Missing folders hold none. */
export function contentsBelow(context: EngineContext, folders: readonly string[], sizes: boolean): { readonly files: number; readonly bytes: number } {
  const pending = [...folders];
  let files = 0;
  let bytes = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const { name, kind } of childrenOf(context, folder)) {
      if (kind === 'directory') pending.push(join(folder, name));
      else {
        files += 1;
        bytes += sizes ? lookAt(context, join(folder, name))?.size ?? 0 : 0;
      }
    }
  }
  return { files, bytes };
}

export function childrenOf(context: EngineContext, folder: string): ReturnType<EngineContext['fs']['readdir']> {
  try {
    return context.fs.readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
