/** Folders that a request may name: any at the command line, inside the workspace from a window. */
import { absolutePath, realOrNearest, resolveInside } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import type { CoreCall, CoreParts } from './types.ts';

/** The reports folder of a request, real and absolute. */
export function baseDirectory(parts: CoreParts, given: string | undefined, call: CoreCall): string {
  if (given === undefined) return realOrNearest(parts.context.fs, placeOf(parts.context, 'reports'));
  if (call.confined) return resolveInside(parts.context.fs, parts.context.root, given, 'base_dir');
  return realOrNearest(parts.context.fs, absolutePath(given, parts.context.root, 'base_dir'));
}

/** The folder as it was given, for the echo in outputs. */
export const givenBase = (given: string | undefined): string => given ?? 'var/reports';
