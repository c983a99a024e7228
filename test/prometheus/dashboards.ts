/** Dashboards and rules as they lie in `resources`, with the queries in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const resources = join(import.meta.dirname, '../../resources');
export const rulesFile = join(resources, 'prometheus/sterownia.rules.yml');

interface Target {
  readonly expr: string;
  readonly refId: string;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit?: string; readonly min?: number; readonly max?: number;
      readonly thresholds: { readonly mode: string; readonly steps: readonly { readonly color: string; readonly value: number | null }[] };
    };
  };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

const read = (name: string): Dashboard => JSON.parse(readFileSync(join(resources, 'grafana', name), 'utf8')) as Dashboard;
export const stage7 = read('stage7_retraining_guardrails.json');
export const stage8 = read('stage8_retraining_guardrail_impact.json');

/** Queries as Grafana sends them where everything is chosen. */
export const asked = (expression: string): string => expression.replaceAll(/\$(?:model|state|environment)/gu, '.*');

export const queriesOf = (dashboard: Dashboard): readonly string[] => dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

const words = new Set(['sum', 'by', 'increase', 'max', 'vector', 'or', 'le', 'unless', 'absent', 'histogram_quantile', 'label_values']);

/** Names of metrics in a query: what is left once texts, label lists, ranges and words of the language are gone. */
export function metricsIn(expression: string): readonly string[] {
  const bare = expression.replaceAll(/"[^"]*"/gu, '').replaceAll(/\bby \([^)]*\)/gu, '').replaceAll(/\{[^}]*\}/gu, '').replaceAll(/\[[^\]]*\]/gu, '').replace(/, \w+\)$/u, ')');
  return [...new Set([...bare.matchAll(/[a-z_][a-z0-9_:]*/gu)].map(([name]) => name))].filter((name) => !words.has(name));
}
