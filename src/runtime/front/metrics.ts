/** What the console counts about itself, in the Prometheus text format. Loaded when somebody asks or something is counted. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createJournalMetrics, type JournalMetrics } from './journalMetrics.ts';

export interface Metrics {
  operation(name: string, outcome: string, seconds: number): void;
  plansWaiting(count: number): void;
  /** What is counted from the decision journal. */
  readonly journal: JournalMetrics;
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const total = new Counter({ name: 'sterownia_operations_total', help: 'Operations by name and outcome (ok or error code).', labelNames: ['operation', 'outcome'], registers });
  const duration = new Histogram({
    name: 'sterownia_operation_duration_seconds', help: 'Duration of operations in seconds.', labelNames: ['operation'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.4, 1, 2, 10, 60, 600], registers,
  });
  const waiting = new Gauge({ name: 'sterownia_plans_waiting', help: 'Plans that wait for an approval.', registers });
  const journal = createJournalMetrics(registry);
  return {
    journal,
    operation: (name, outcome, seconds) => {
      total.inc({ operation: name, outcome });
      duration.observe({ operation: name }, seconds);
    },
    plansWaiting: (count) => waiting.set(count),
    text: async () => {
      const body = await registry.metrics();
      journal.shown();
      return { contentType: registry.contentType, body };
    },
  };
}
