/** Artifacts that satisfy the schema, and a model with versions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModelRepository, type ModelRepository } from '#engines/artifacts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

export const artifact = (mae = 3.5, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  feature_names: ['rsi', 'wolumen'], model_state: { weights: [0.25, 1e-7], bias: 1 }, trained_at: '2026-11-19T23:15:00+00:00',
  metrics: { summary: { mae }, train: { mae: 3 }, validation: { mae }, test: { mae: 3.75 } }, metadata: { symbol: 'BTCUSDT', nazwa: 'żółć' },
  target_scale: 1.5, training_rows: 700, validation_rows: 150, test_rows: 150, feature_scalers: { rsi: { mean: 50, stdev: 12.5 } }, backend: 'linear', ...more,
});

export const bytesOf = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');

export interface Shelf extends TestWorkspace {
  readonly repository: ModelRepository;
  readonly publish: (version: string, alias?: readonly string[]) => void;
  readonly manifest: () => Record<string, unknown>;
  readonly manifestText: () => string;
}

export function openShelf(): Shelf {
  const workspace = testWorkspace();
  const repository = openModelRepository(workspace.context, 'decision_engine');
  const manifestText = (): string => readFileSync(join(repository.base, 'manifest.json'), 'utf8');
  return {
    ...workspace, repository, manifestText,
    manifest: () => JSON.parse(manifestText()) as Record<string, unknown>,
    publish: (version, alias = ['latest']) => { repository.publish({ version, bytes: bytesOf(artifact()), alias }); },
  };
}
