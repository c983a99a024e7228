/** Every area that takes part in plan → approve → apply → undo, given what it needs here. */
import type { JournalEntry } from '#contract';
import { activationProvider, type ActivationParts } from '#engines/artifacts';
import type { Journal } from '#engines/journal';
import { maintenanceProviders, type IndexSource } from '#engines/maintenance';
import { promoteProvider, rollbackProvider } from '#engines/models';
import type { JournalRecord, PlanProvider } from '#engines/plans';
import { gate } from '#engines/signoffs';
import type { EngineContext } from '#engines/storage';
import { modelParts } from './modelParts.ts';
import { signOffEvidence } from './signOffEvidence.ts';
import type { Emit } from './types.ts';

export interface ProviderSurroundings {
  readonly context: EngineContext;
  readonly journal: Journal;
  readonly record: (entry: JournalRecord) => JournalEntry;
  readonly emit: Emit;
  readonly index: IndexSource;
}

export function planProviders(surroundings: ProviderSurroundings): ReadonlyMap<string, PlanProvider> {
  const { journal, record } = surroundings;
  const models = modelParts(surroundings);
  const activation: ActivationParts = {
    gate: (context, config) => gate(context, config, signOffEvidence(context, journal)),
    journal: () => ({ append: record, entriesOf: (subject) => journal.entriesOf(subject), list: (query) => journal.list(query) }),
  };
  const further = [
    promoteProvider(models), rollbackProvider(models),
    activationProvider('artifacts.activate', activation), activationProvider('artifacts.rollback', activation),
  ];
  return new Map([
    ...maintenanceProviders({ index: surroundings.index }),
    ...further.map((provider) => [provider.operation, provider as PlanProvider] as const),
  ]);
}
