/** Registries of models keep what they read: one per folder and thread, whoever asks. */
import { modelPlaces, modelsFolder, openRegistry, type Registry } from '#engines/models';
import type { CoreParts } from './types.ts';

const registries = new WeakMap<CoreParts, Map<string, Registry>>();

/** `given` as an operation took it; undefined for the usual folder. */
export function registryOf(parts: CoreParts, given: string | undefined, confined: boolean): Registry {
  const folder = modelsFolder(parts.context, given, modelPlaces.quality, 'base_dir', confined);
  const known = registries.get(parts) ?? new Map<string, Registry>();
  registries.set(parts, known);
  const registry = known.get(folder) ?? openRegistry(parts.context, folder);
  known.set(folder, registry);
  return registry;
}
