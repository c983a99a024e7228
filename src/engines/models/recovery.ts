/** Promise: whatever a crash left half done in the registry is ended when the workspace is opened, and it is said how. */
import { join } from 'node:path';
import { settleFolder, type Settled } from './commit.ts';
import { underLock, type ModelsParts } from './parts.ts';
import { isModelName } from './places.ts';
import type { Registry } from './registry.ts';

/** Models with a change that was begun and not ended. A pure read. */
export const interruptedModels = (registry: Registry): readonly string[] => registry.names().filter((name) => registry.model(name).interrupted);

export function recoverRegistry(parts: ModelsParts, registry: Registry): readonly Settled[] {
  const names = interruptedModels(registry).filter(isModelName);
  if (names.length === 0) return [];
  return underLock(parts.context, 'recover the registry', () =>
    names.map((name) => settleFolder(parts, join(registry.quality, name))).filter((settled) => settled !== null));
}
