/** Folders that a request may name: any at the command line, inside the workspace from a window. */
import { absolutePath, realOrNearest, resolveInside, resolving } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import type { CoreCall, CoreParts } from './types.ts';

/** The reports folder of a request, real and absolute. */
export function baseDirectory(parts: CoreParts, given: string | undefined, call: CoreCall): string {
  const { fs, root } = parts.context;
  if (given === undefined) return resolving(placeOf(parts.context, 'reports'), 'base_dir', () => realOrNearest(fs, placeOf(parts.context, 'reports')));
  const wanted = absolutePath(given, root, 'base_dir');
  return resolving(wanted, 'base_dir', () => (call.confined ? resolveInside(fs, root, given, 'base_dir') : realOrNearest(fs, wanted)));
}

/** The folder as it was given, for the echo in outputs. */
export const givenBase = (given: string | undefined): string => given ?? 'var/reports';
