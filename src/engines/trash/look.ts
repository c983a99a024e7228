/** Looking at one place. Links are not followed; errors other than "nothing there" are thrown. */
import { isMissing, type EngineContext, type FileStat } from '#engines/storage';

export function lookAt(context: EngineContext, path: string): FileStat | null {
  try {
    return context.fs.lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export const isPresent = (context: EngineContext, path: string): boolean => lookAt(context, path) !== null;

/** True where both paths are names of one file: a move by link and unlink that was cut off in between. */
export function isSameFile(context: EngineContext, a: string, b: string): boolean {
  const first = lookAt(context, a);
  const second = first === null ? null : lookAt(context, b);
  return first !== null && second !== null && first.kind === 'file' && first.ino === second.ino && first.dev === second.dev;
}
