/** A registry of models for the specs: a champion with two challengers, a degraded one, one that cannot be read, and a job that trains. */
import type { TestWorkspace } from './workspace.ts';

interface Quality {
  readonly accuracy: number;
  readonly mae: number;
  readonly pnl: number;
}

const windows = ({ accuracy, mae }: Quality): readonly object[] => [0, 1, 2].map((n) => ({
  train_start: `2026-0${n + 1}-01T00:00:00+00:00`, test_start: `2026-0${n + 4}-01T00:00:00+00:00`, test_end: `2026-0${n + 5}-01T00:00:00+00:00`, mae: mae + n / 10, directional_accuracy: accuracy - n / 100,
}));

function report(model: string, version: string, day: string, quality: Quality, status = 'ok', parameters: Readonly<Record<string, number>> = { horizon: 1, depth: 4 }): Readonly<Record<string, unknown>> {
  return {
    model_name: model, version, evaluated_at: `2026-10-${day}T08:00:00+00:00`, status, delta: {}, parameters,
    metrics: { summary: { directional_accuracy: quality.accuracy, mae: quality.mae, expected_pnl: quality.pnl } }, validation: { walk_forward: windows(quality) },
  };
}

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export function fillModels(workspace: TestWorkspace): void {
  const put = (model: string, champion: Readonly<Record<string, unknown>>, challengers: readonly Readonly<Record<string, unknown>>[]): void => {
    const folder = `var/models/quality/${model}`;
    for (const one of [champion, ...challengers]) workspace.write(`${folder}/${String(one['version'])}-${String(one['evaluated_at']).slice(0, 19).replaceAll(/[-:]/gu, '')}.json`, text(one));
    workspace.write(`${folder}/champion.json`, text({ model_name: model, decided_at: '2026-10-05T09:00:00+00:00', reason: 'first champion', report: champion }));
    workspace.write(`${folder}/challengers.json`, text({ model_name: model, updated_at: '2026-10-06T09:00:00+00:00', entries: challengers.map((one) => ({ decided_at: '2026-10-06T09:00:00+00:00', reason: 'not better', report: one })) }));
  };
  const name = 'decision_engine';
  put(name, report(name, 'v1', '01', { accuracy: 0.58, mae: 13, pnl: 0.2 }), [
    report(name, 'v2', '02', { accuracy: 0.61, mae: 12, pnl: 0.3 }, 'improved', { horizon: 1, depth: 6 }), report(name, 'v3', '03', { accuracy: 0.49, mae: 18, pnl: 0 }, 'degraded'),
  ]);
  put('risk_model', report('risk_model', 'r1', '01', { accuracy: 0.5, mae: 19, pnl: -0.1 }, 'degraded'), []);
  workspace.write('var/models/quality/torn/champion.json', '{ "report": ');
  const rows = Array.from({ length: 700 }, (_unused, n) => {
    const close = 100 + Math.sin(n / 9) * 3 + ((n * 7919) % 101) / 100;
    return `${new Date(Date.now() - (701 - n) * 3_600_000).toISOString()},${close - 0.1},${close + 0.4},${close - 0.5},${close},${50 + (n % 17)}`;
  });
  workspace.write('data/btc.csv', `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`);
  workspace.write('config/console.json', text({
    schema: 'sterownia.console/1',
    retraining: { interval_seconds: 86_400, feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 3600 }], jobs: [{ name: 'btc-retrain', kind: 'embedded', feed: 'btc', model: 'fresh_model' }] },
    sign_offs: { required: false },
    automode: { enabled: false },
  }));
}
