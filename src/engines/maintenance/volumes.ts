/**
 * Things on another volume than the folder of reports: a rename does not get them into the trash, so they are refused in the
 * plan, with the way that does.
 */
import { dirname } from 'node:path';
import { displayName, isMissing, type EngineContext } from '#engines/storage';
import { note, type Note } from '#contract';
import type { Found } from './items.ts';

function volumeOf(context: EngineContext, path: string): string | null {
  try {
    return String(context.fs.stat(path).dev);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Says of the items of a target whether a volume begins below the base. Some file systems number files otherwise than
 * folders, so a file with another number is judged by its folder; those have one each, looked at once.
 */
export function otherVolumes(context: EngineContext, base: string): (items: readonly Found[]) => Note | null {
  const home = volumeOf(context, base);
  const folders = new Map<string, boolean>();
  const isElsewhere = (folder: string): boolean => {
    const known = folders.get(folder) ?? volumeOf(context, folder) !== home;
    folders.set(folder, known);
    return known;
  };
  return (items) => {
    const found = items.find((item) => item.dev !== home && (item.kind === 'directory' || isElsewhere(dirname(item.path))));
    return found === undefined ? null : note('other_volume', { path: displayName(found.kind === 'directory' ? found.path : dirname(found.path)) });
  };
}
