/** The dashboards ask for what the console tells, and show it in the right colours. */
import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createJournalMetrics } from '../../src/runtime/front/journalMetrics.ts';
import { asked, metricsIn, queriesOf, rulesFile, stage7, stage8, type Panel } from './dashboards.ts';

const registry = new Registry();
createJournalMetrics(registry);
const told = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, metric]));
const kinds = await registry.getMetricsAsJSON();
const histograms = kinds.filter(({ type }) => String(type) === 'histogram').map(({ name }) => name);
const known = new Set([...told.keys(), ...histograms.flatMap((name) => [`${name}_bucket`, `${name}_sum`, `${name}_count`])]);

const panelOf = (panels: readonly Panel[], id: number): Panel => {
  const panel = panels.find((each) => each.id === id);
  if (panel === undefined) throw new Error(`no panel ${id}`);
  return panel;
};
const steps = (panel: Panel): readonly (number | null)[] => panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);

describe('what the metrics are called', () => {
  it('is what the runbook, the bot and the dashboards know, with their labels', async () => {
    const labels = Object.fromEntries(registry.getMetricsAsArray().map((metric) => [metric.name, (metric as unknown as { labelNames: readonly string[] }).labelNames.join(' ')]));
    const base = 'environment portfolio risk_profile';
    expect(labels).toEqual({
      auto_trader_model_changes_total: `${base} model`, auto_trader_model_change_guardrail_blocks_total: `${base} model`, auto_trader_model_change_timestamp_seconds: `${base} model`,
      auto_trader_retraining_cycles_total: `${base} model status`, auto_trader_retraining_guardrail_blocks_total: `${base} model state`, auto_trader_retraining_timestamp_seconds: `${base} model`,
      auto_trader_guardrail_blocks_total: `${base} guardrail`, retraining_duration_seconds: `${base} model`, retraining_drift_score: base, auto_trader_guardrail_share: 'kind',
    });
  });
});

describe.each([['Stage7', stage7, 'stage7-retraining'], ['Stage8', stage8, 'stage8-retraining-impact']] as const)('the dashboard %s', (_name, dashboard, uid) => {
  it('has its address, its pace and a sound layout', () => {
    expect(dashboard).toMatchObject({ uid, refresh: '1m' });
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_none, at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
    });
    expect(new Set(cells).size, 'no panel lies over another').toBe(cells.length);
  });

  it('asks only for metrics that the console tells, and only with its own variables', () => {
    const variables = new Set(dashboard.templating.list.map(({ name }) => name));
    for (const query of [...queriesOf(dashboard), ...dashboard.templating.list.flatMap(({ definition }) => (definition === undefined || definition.includes('__name__') ? [] : [definition]))]) {
      const names = metricsIn(asked(query));
      expect(names.length, query).toBeGreaterThan(0);
      for (const name of names) expect(known, query).toContain(name);
      for (const [, variable = ''] of query.matchAll(/\$(\w+)/gu)) expect(variables, query).toContain(variable);
    }
  });

  it('shows shares as shares of one, with lines in the same unit', () => {
    const shares = dashboard.panels.filter(({ fieldConfig }) => fieldConfig.defaults.unit === 'percentunit');
    expect(shares.map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const panel of shares) {
      expect(panel.fieldConfig.defaults).toMatchObject({ min: 0, max: 1, thresholds: { mode: 'absolute' } });
      expect(steps(panel)).toEqual(uid === 'stage7-retraining' ? [null, 0.3, 0.6] : [null, 0.2, 0.5]);
    }
    for (const panel of dashboard.panels) expect(panel.fieldConfig.defaults.thresholds.mode, panel.title).toBe('absolute');
  });

  it('never estimates a share too low: nothing is clamped, and nothing over nothing is nothing', () => {
    const { expr } = panelOf(dashboard.panels, 1).targets[0] ?? { expr: '' };
    expect(expr).toMatch(/\) > 0\) or vector\(0\)$/u);
    expect(queriesOf(dashboard).join(' ')).not.toContain('clamp');
  });
});

describe('the rules', () => {
  it('ask only for metrics that the console tells, or that they make themselves', () => {
    const text = readFileSync(rulesFile, 'utf8');
    const made = [...text.matchAll(/record: (\S+)/gu)].map(([, name = '']) => name);
    for (const [, expression = ''] of text.matchAll(/expr: (.+)$/gmu)) {
      for (const name of metricsIn(expression)) expect([...known, ...made], expression).toContain(name);
    }
  });
});
