/** Reads the facts that ReportCenter writes into its plans; a plan without them is refused, never guessed at. */
import { ConsoleError, type PlanDocument } from '#contract';

export interface QualityFacts {
  readonly directory: string;
  readonly retentionDays: number;
  readonly cutoff: string | null;
  /** `skipped` or `missing` where there was nothing to look through, `error` where that failed; null where files were looked for. */
  readonly state: 'skipped' | 'missing' | 'error' | null;
  readonly reason: string | null;
}

export interface ReportFacts {
  readonly filters: unknown;
  readonly matchedCount: number;
  readonly destination: string;
  readonly quality: QualityFacts;
}

type Loose = Readonly<Record<string, unknown>>;

const asRecord = (value: unknown): Loose => typeof value === 'object' && value !== null ? value as Loose : {};

/** Members are read when asked for: a purge has no destination, an archive no quality. */
export function readFacts(plan: PlanDocument): ReportFacts {
  const facts: Loose = plan.facts;
  const quality = asRecord(facts['signal_quality_cleanup']);
  const field = <T>(from: Loose, name: string, fits: (value: unknown) => value is T): T => {
    const value = from[name];
    if (fits(value)) return value;
    throw new ConsoleError('DOCUMENT_CORRUPT', `Plan ${plan.id} lacks the fact "${name}".`, { remedy: 'Plan again.', details: { id: plan.id, fact: name } });
  };
  return {
    get filters() { return field(facts, 'filters', (value) => typeof value === 'object'); },
    get matchedCount() { return field(facts, 'matched_count', isNumber); },
    get destination() { return field(facts, 'destination_directory', isText); },
    get quality() {
      const status = quality['status'];
      return {
        directory: field(quality, 'directory', isText),
        retentionDays: field(quality, 'retention_days', isNumber),
        cutoff: field(quality, 'cutoff', isTextOrNull),
        state: status === 'skipped' || status === 'missing' || status === 'error' ? status : null,
        reason: field(quality, 'reason', isTextOrNull),
      } as const;
    },
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
