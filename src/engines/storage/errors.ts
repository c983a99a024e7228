/** From Node's system errors to the contract's codes. */
import { ConsoleError, isConsoleError } from '#contract';
import { displayName } from './pathText.ts';

/** The system error code (`ENOENT`, `EIO`, …) of anything thrown, or null. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

export const isMissing = (error: unknown): boolean => {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** Wraps a system error; errors of the contract pass through unchanged. */
export function asConsoleError(error: unknown, action: string, path: string): ConsoleError {
  if (isConsoleError(error)) return error;
  const code = systemCode(error);
  const shown = displayName(path);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ConsoleError('NO_SPACE', `No space left while trying to ${action} ${shown}.`, {
      remedy: 'Free space on this volume, then try again.', details: { path: shown, system: code }, cause: error,
    });
  }
  if (code !== null) {
    return new ConsoleError('IO', `The system refused to ${action} ${shown} (${code}).`, {
      remedy: remedyFor(code), details: { path: shown, system: code }, cause: error,
    });
  }
  return new ConsoleError('INTERNAL', error instanceof Error ? error.message : String(error), { details: { path: shown }, cause: error });
}

function remedyFor(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'Check the owner and the rights of this path.';
  if (code === 'EBUSY') return 'Close the program that uses it, then try again.';
  if (code === 'ENAMETOOLONG') return 'Use a shorter path.';
  return 'Check the disk and the path, then try again.';
}
