/** Series of the metrics that there will be before anything has happened: those of models and jobs that are set up. */
import { join } from 'node:path';
import { guardrailRules, type ConsoleConfig } from '#contract';
import { isMissing, type EngineContext } from '#engines/storage';
import type { Counted } from '../core/journalSeries.ts';

const qualityFolder = 'var/models/quality';
const mostModels = 200;

function modelNames({ root, fs }: Pick<EngineContext, 'root' | 'fs'>): readonly string[] {
  try {
    return fs.readdir(join(root, qualityFolder)).filter(({ kind, name }) => kind === 'directory' && !name.startsWith('.')).map(({ name }) => name).slice(0, mostModels);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Labels as the console writes them into the decision journal. */
export function knownSeries(context: Pick<EngineContext, 'root' | 'fs'>, config: Pick<ConsoleConfig, 'retraining'>): readonly Counted[] {
  const { jobs } = config.retraining;
  const models = [...new Set([...modelNames(context), ...jobs.map(({ name, model }) => model ?? name)])];
  return [
    ...models.map((model): Counted => ({ family: 'model_change', base: { environment: 'ai-governance', portfolio: model, risk_profile: 'ai-research' }, at: null, model, mark: 'unmarked' })),
    ...jobs.map(({ name, model }): Counted => ({
      family: 'retraining', base: { environment: 'ai-training', portfolio: name, risk_profile: 'ai-research' }, at: null, model: model ?? name, status: 'success', mark: 'unmarked', seconds: null,
    })),
    { family: 'guardrail', base: { environment: 'ai-monitoring', portfolio: 'automode', risk_profile: 'ai-monitoring' }, at: null, guardrails: ['exchange_degradation', ...guardrailRules] },
  ];
}
