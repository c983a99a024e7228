/** The parts that AutoMode works with. */
import type { AutomodeConfig, AutomodeCycle, JournalEntry, Progress } from '#contract';
import type { Journal } from '#engines/journal';
import type { ModelsParts, Registry } from '#engines/models';
import type { JournalRecord } from '#engines/plans';
import type { EngineContext } from '#engines/storage';
import type { TrainingEngine } from '#engines/training';
import type { Policy } from '#engines/workspace';

export type CycleStage = 'training' | 'evaluation' | 'promotion';

export interface CycleProgress {
  readonly cycle: AutomodeCycle['id'];
  readonly job: string;
  readonly stage: CycleStage;
  readonly progress: Progress | null;
}

export interface AutomodeParts {
  readonly context: EngineContext;
  /** Read afresh at each use: what counts is the configuration at that moment. */
  policy(): Policy;
  readonly training: TrainingEngine;
  readonly models: ModelsParts;
  /** The registry in its usual folder; may be kept between calls. */
  registry(): Registry;
  readonly journal: Pick<Journal, 'head' | 'list'>;
  record(record: JournalRecord): JournalEntry;
  /** Tells windows; never throws. */
  changed(): void;
  /** How far a cycle is; never throws. */
  progress?(progress: CycleProgress): void;
}

/** What the pure readings need. */
export type ReadingParts = Pick<AutomodeParts, 'context' | 'policy' | 'journal'>;

export { cycleEntryType, guardrailEntryType, stateEntryType } from './entryTypes.ts';

/** The member `automode` of a policy that can be read; null where it cannot, and then nothing may be concluded from it. */
export const configOf = ({ config, damaged }: Policy): AutomodeConfig | null => (damaged ? null : config.automode);
