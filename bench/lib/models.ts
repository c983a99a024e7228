/** The workspace of the benchmarks of models: 500 models with challengers, a year's journal, a feed of 100,000 rows and a job. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFileSystem, silentLog, systemClock, systemIds } from '#engines/storage';
import { ensureWorkspaceId } from '#engines/workspace';
import { writeJournal } from './journals.ts';
import { priceTable, randomOf } from './trees.ts';

/** Raise when the content changes, so that kept workspaces are made again. */
const version = 1;
const models = 500;
export const journalEntries = 100_000;
export const feedRows = 100_000;
export const trainingJob = 'btc-retrain';

export interface ModelWorkspace {
  readonly workspace: string;
  readonly keys: string;
  readonly id: string;
}

/** Written down when the workspace is made, so that it stays when the folder gets its name or is copied. */
const identityOf = (workspace: string): string => ensureWorkspaceId({ root: workspace, fs: nodeFileSystem, clock: systemClock, ids: systemIds(systemClock), log: silentLog });

const report = (model: string, release: string, random: () => number, status = 'ok') => ({
  model_name: model, version: release, evaluated_at: '2026-04-30T22:00:00+00:00', dataset_rows: 18_000 + Math.floor(random() * 4000), validation_rows: 4000, test_rows: 4000,
  metrics: {
    summary: { directional_accuracy: random(), mae: random() * 20, rmse: random() * 30, expected_pnl: random() * 4 - 1 },
    validation: { directional_accuracy: random(), mae: random() * 20, rmse: random() * 30, expected_pnl: random() * 4 - 1 },
  },
  parameters: { algorithm: 'linear', regularization: random(), features: ['return_1', 'return_5', 'return_20', 'momentum_20', 'volatility_20', 'volume_zscore_20'] },
  status, delta: { directional_accuracy: random() / 10, mae: -random() },
});

function writeModels(workspace: string): void {
  const random = randomOf(models);
  for (let n = 0; n < models; n += 1) {
    const name = `model-${String(n).padStart(3, '0')}`;
    const folder = join(workspace, 'var', 'models', 'quality', name);
    mkdirSync(folder, { recursive: true });
    const write = (file: string, value: unknown): void => writeFileSync(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
    const champion = report(name, '2026.4.1', random, n % 20 === 0 ? 'degraded' : 'ok');
    write('champion.json', { model_name: name, decided_at: '2026-05-01T00:00:00+00:00', reason: 'Wyższy wynik kierunkowy', report: champion });
    write('latest.json', champion);
    write('challengers.json', {
      model_name: name, updated_at: '2026-05-02T00:00:00+00:00',
      entries: [2, 3, 4].map((minor) => ({ decided_at: `2026-05-0${minor}T00:00:00+00:00`, reason: 'weaker than the champion', report: report(name, `2026.4.${minor}`, random) })),
    });
  }
}

/** One minute a row; the last one a minute before the workspace is made, so that the feed is fresh. */
function writeFeed(workspace: string): void {
  mkdirSync(join(workspace, 'data'), { recursive: true });
  const rows = priceTable(feedRows * 80, randomOf(feedRows)).toString('latin1').split('\n').slice(0, feedRows + 1);
  writeFileSync(join(workspace, 'data', 'btc.csv'), `${rows.join('\n')}\n`);
  mkdirSync(join(workspace, 'config'), { recursive: true });
  writeFileSync(join(workspace, 'config', 'console.json'), `${JSON.stringify({
    schema: 'sterownia.console/1',
    retraining: {
      feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }],
      jobs: [{ name: trainingJob, kind: 'embedded', feed: 'btc', model: 'decision_engine', algorithm: 'linear', symbol: 'BTC-USD' }],
    },
  }, null, 2)}\n`);
}

/** Made once and kept; work on a copy. */
export async function modelWorkspace(cache: string): Promise<ModelWorkspace> {
  const place = join(cache, `models-v${version}`);
  if (!existsSync(place)) {
    const fresh = `${place}.new`;
    rmSync(fresh, { recursive: true, force: true });
    const workspace = join(fresh, 'workspace');
    writeModels(workspace);
    writeFeed(workspace);
    await writeJournal(workspace, join(fresh, 'keys'), identityOf(workspace), { entries: journalEntries, models, modelShare: 0.3, checkpointEach: 500 });
    renameSync(fresh, place);
  }
  const workspace = join(place, 'workspace');
  return { workspace, keys: join(place, 'keys'), id: identityOf(workspace) };
}

/** A console writes into its workspace: it gets a copy, which is removed afterwards. */
export async function onCopy<T>(cache: string, work: (workspace: string) => Promise<T>): Promise<T> {
  const { workspace } = await modelWorkspace(cache);
  const copy = join(cache, `models-copy-${process.pid}`);
  rmSync(copy, { recursive: true, force: true });
  try {
    cpSync(workspace, copy, { recursive: true });
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
