/** Which things lie below which moves. */
import type { TrashItem } from './manifest.ts';

/** True when the item or a folder above it is in the set of `root\0path` keys. */
export function isBelowAny(keys: ReadonlySet<string>, item: Pick<TrashItem, 'root' | 'path'>): boolean {
  for (let path = item.path; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    if (keys.has(`${item.root}\0${path}`)) return true;
  }
  return false;
}
