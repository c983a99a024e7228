/**
 * Which folder may be taken for a folder of reports by acts that remove: not the workspace with all that the bot and
 * the console keep in it, nor one of its main folders, nor anything that holds them.
 */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import { displayName, isInside, isMissing, realOrNearest, type EngineContext } from '#engines/storage';
import { isOwnPlace } from './base.ts';

/** Main folders of a workspace that hold more than reports. */
const mainFolders = ['config', 'audit', 'models', 'var'] as const;

/**
 * True where something lies in it that is not the console's own. A folder of reports that is its own workspace has the
 * console's places as well, as soon as a plan was made there; those stay out of every plan anyway.
 */
function holdsOthers(context: EngineContext, folder: string): boolean {
  try {
    return context.fs.readdir(folder).some((child) => !isOwnPlace(context, join(folder, child.name)));
  } catch (error) {
    return !isMissing(error);
  }
}

/** Refuses a base that would put models, records or the policy up for removal. */
export function requireReportsFolder(context: EngineContext, base: string): void {
  const held = mainFolders.filter((name) => {
    const folder = join(context.root, name);
    return [folder, realOrNearest(context.fs, folder)].some((place) => isInside(base, place)) && holdsOthers(context, folder);
  });
  if (held.length === 0) return;
  const what = base === context.root ? 'the workspace itself' : 'no folder of reports';
  throw new ConsoleError('PATH_INVALID', `${displayName(base)} is ${what}: it holds ${held.map((name) => `${name}/`).join(', ')} of the workspace. Nothing was changed.`, {
    remedy: 'Give the folder of reports in "base_dir", for example var/reports.', details: { field: 'base_dir', path: displayName(base), holds: held },
  });
}
