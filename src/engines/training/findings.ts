/**
 * What a training finds out about its data, in the form of the audit reports that both the bot's inference and its
 * pipeline write: a reader of either finds the members that it knows.
 */
import { microsText, type Micros } from '#engines/decisions';
import type { BarFacts } from './bars.ts';
import { deviationOf, distanceOf } from './drift.ts';
import { columnOf, type Dataset } from './features.ts';
import type { RowRange, Scaler } from './model.ts';
import type { EmbeddedOptions } from './options.ts';

export type Members = Readonly<Record<string, unknown>>;

export interface Finding {
  readonly kind: 'drift' | 'data_quality' | 'walk_forward';
  /** Part of the file name; empty for none. */
  readonly slug: string;
  readonly content: Members;
  /** For the entry in the decision journal, without the path of the report. */
  readonly summary: Members;
}

export interface Subject {
  readonly job: string;
  readonly source: string;
  readonly symbol: string;
  readonly at: Micros;
  readonly runId: string;
}

const awaiting = (role: string): Members => ({ status: 'pending', signed_by: null, timestamp: null, notes: `Awaiting ${role} sign-off.` });
export const pendingSignOffs = (): Members => ({ compliance: awaiting('compliance'), risk: awaiting('risk') });

const severity = ['ok', 'warning', 'critical'] as const;
type Status = (typeof severity)[number];
type Limits = Pick<EmbeddedOptions['quality'], 'warning_ratio' | 'critical_ratio'>;
const statusOf = (ratio: number, { warning_ratio, critical_ratio }: Limits): Status =>
  (ratio >= critical_ratio && ratio > 0 ? 'critical' : ratio >= warning_ratio && ratio > 0 ? 'warning' : 'ok');
const worse = (one: Status, other: Status): Status => (severity.indexOf(one) >= severity.indexOf(other) ? one : other);

interface Quality {
  readonly category: 'completeness' | 'bounds';
  readonly status: Status;
  readonly issues: readonly Members[];
  readonly own: Members;
  readonly summary: Members;
  readonly rows: number;
}

function qualityFinding({ job, source, symbol, at, runId }: Subject, quality: Quality): Finding {
  const status = quality.status === 'ok' ? 'ok' : 'alert';
  const tags = ['training', quality.category];
  return {
    kind: 'data_quality', slug: quality.category,
    content: {
      category: quality.category, status, timestamp: microsText(at), generated_at: microsText(at), context: { job, symbol, run_id: runId }, policy: { enforce: true },
      ...quality.own, issues: quality.issues, job_name: job, source, tags, summary: { status: quality.status, ...quality.summary },
      dataset: { rows: quality.rows, metadata: { symbol, feed: source } }, sign_off: pendingSignOffs(),
    },
    summary: { report_type: 'data_quality', category: quality.category, issues_count: quality.issues.length, job, source, tags: tags.join(','), status, symbol },
  };
}

/** Rows that are unreadable, impossible or not there, as a share of those that there should be, and the share of those that stand still. */
export function completenessFinding(subject: Subject, names: readonly string[], facts: BarFacts, options: EmbeddedOptions): Finding {
  const lost = facts.incomplete + facts.invalid + (facts.missing ?? 0);
  const ratio = lost / Math.max(1, facts.rows + (facts.missing ?? 0));
  const still = facts.still / Math.max(1, facts.rows - facts.incomplete - facts.invalid - facts.duplicates);
  const { still_warning_ratio: warning, still_critical_ratio: critical } = options.quality;
  const stillStatus = statusOf(still, { warning_ratio: warning, critical_ratio: critical });
  const counts = {
    incomplete_rows: facts.incomplete, invalid_rows: facts.invalid, missing_rows: facts.missing ?? 0,
    duplicate_rows: facts.duplicates, out_of_order_rows: facts.outOfOrder,
  };
  const issues = [
    ...Object.entries(counts).filter(([, count]) => count > 0).map(([code, count]) => ({ code, count })),
    ...(stillStatus === 'ok' ? [] : [{ code: 'still_rows', count: facts.still }]),
  ];
  const status = worse(statusOf(ratio, options.quality), stillStatus);
  return qualityFinding(subject, {
    // A few lost rows are in the summary; as issues they would ask for a signature, as any issue does.
    category: 'completeness', status, issues: status === 'ok' ? [] : issues, rows: facts.rows,
    own: {
      expected_features: names, missing_features: [], unexpected_features: [],
      null_features: Object.keys(facts.incompleteBy).filter((name) => (facts.incompleteBy[name] ?? 0) / Math.max(1, facts.rows) >= options.quality.warning_ratio).toSorted(),
    },
    summary: {
      missing_ratio: ratio, warning_threshold: options.quality.warning_ratio, critical_threshold: options.quality.critical_ratio, total_rows: facts.rows, ...counts,
      still_rows: facts.still, still_ratio: still, still_warning_threshold: warning, still_critical_threshold: critical,
    },
  });
}

/** Of the newest rows, the share of each feature that lies further from the training mean than so many standard deviations. */
export function boundsFinding(subject: Subject, data: Dataset, newest: RowRange, scalers: readonly Scaler[], options: EmbeddedOptions): Finding {
  const { sigma, warning_ratio: warning, critical_ratio: critical } = options.quality;
  const judged = data.names.map((feature, column) => {
    const { mean, stdev } = scalers[column] ?? { mean: 0, stdev: 1 };
    const [min, max] = [mean - sigma * stdev, mean + sigma * stdev];
    const values = columnOf(data, feature, newest.from, newest.to);
    const outside = values.filter((value) => value < min || value > max);
    const farthest = outside.reduce((far, value) => (Math.abs(value - mean) > Math.abs(far - mean) ? value : far), mean);
    const ratio = outside.length / Math.max(1, values.length);
    return { status: statusOf(ratio, options.quality), ratio, violation: { feature, value: farthest, min, max, reason: 'out_of_bounds', rows: outside.length, ratio } };
  });
  const violations = judged.filter(({ status }) => status !== 'ok').map(({ violation }) => violation);
  const worst = Math.max(0, ...judged.map(({ ratio }) => ratio));
  return qualityFinding(subject, {
    category: 'bounds', status: statusOf(worst, options.quality), rows: newest.to - newest.from,
    issues: violations.map(({ feature, ratio }) => ({ code: 'out_of_bounds', feature, ratio })),
    own: { violations, monitored_features: data.names },
    summary: { sigma, worst_ratio: worst, warning_threshold: warning, critical_threshold: critical },
  });
}

export interface DriftFacts {
  readonly triggered: boolean;
  readonly triggered_features: string[];
  readonly max_psi: number;
  readonly max_ks: number;
  readonly volatility_shift: number;
}

const windowOf = (data: Dataset, { from, to }: RowRange): Members => ({
  rows: to - from, start: microsText(BigInt(data.time[from] ?? 0)), end: microsText(BigInt(data.time[to - 1] ?? 0)),
});

/** Without change zero; one where something moves that stood still before. */
function volatilityShift(data: Dataset, baseline: RowRange, production: RowRange): number {
  const before = deviationOf(columnOf(data, 'return_1', baseline.from, baseline.to));
  const after = deviationOf(columnOf(data, 'return_1', production.from, production.to));
  return before > 0 ? Math.abs(after / before - 1) : after > 0 ? 1 : 0;
}

/** The rows that were trained on against the newest ones. */
export function driftFinding(subject: Subject, data: Dataset, baseline: RowRange, production: RowRange, options: EmbeddedOptions): { readonly finding: Finding; readonly facts: DriftFacts } {
  const { psi_threshold: psiLimit, ks_threshold: ksLimit, min_samples: fewest, bins } = options.drift;
  const enough = Math.min(baseline.to - baseline.from, production.to - production.from) >= fewest;
  const features = enough ? data.names.map((name) => {
    const { psi, ks } = distanceOf(columnOf(data, name, baseline.from, baseline.to), columnOf(data, name, production.from, production.to), bins);
    return { name, psi, ks, triggered: psi >= psiLimit || ks >= ksLimit };
  }) : [];
  const triggered = features.filter((feature) => feature.triggered).map(({ name }) => name);
  const facts: DriftFacts = {
    triggered: triggered.length > 0, triggered_features: triggered, max_psi: Math.max(0, ...features.map(({ psi }) => psi)),
    max_ks: Math.max(0, ...features.map(({ ks }) => ks)), volatility_shift: volatilityShift(data, baseline, production),
  };
  const content: Members = {
    generated_at: microsText(subject.at), job_name: subject.job, run_id: subject.runId,
    metrics: {
      volatility_shift: { score: facts.volatility_shift },
      ...(enough ? {
        feature_drift: { score: facts.max_psi, psi: facts.max_psi, ks: facts.max_ks, threshold: psiLimit, ks_threshold: ksLimit },
        triggered: { value: facts.triggered ? 1 : 0 },
        distribution_summary: { max_psi: facts.max_psi, max_ks: facts.max_ks, triggered_features: triggered, feature_count: features.length },
      } : {}),
      features: Object.fromEntries(features.map(({ name, ...rest }) => [name, rest])),
      // Without enough rows nothing was compared, and nothing is claimed: the sign-off gate asks for a look at such a report.
      issues: enough ? [] : [`fewer than ${fewest} rows in a window`],
    },
    dataset: { rows: data.rows, metadata: { symbol: subject.symbol, feed: subject.source } },
    baseline_window: windowOf(data, baseline), production_window: windowOf(data, production),
    detector: { name: 'psi_ks', psi_threshold: psiLimit, ks_threshold: ksLimit, min_samples: fewest, bins }, sign_off: pendingSignOffs(),
  };
  return {
    facts,
    finding: {
      kind: 'drift', slug: '', content,
      summary: {
        report_type: 'drift', job: subject.job, symbol: subject.symbol, feature_drift: facts.max_psi, volatility_shift: facts.volatility_shift, threshold: psiLimit,
        triggered: facts.triggered, ...(triggered.length > 0 ? { triggered_features: triggered.join(',') } : {}),
      },
    },
  };
}
