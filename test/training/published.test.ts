/** What a training publishes: with a signed bundle where a key is set up, and never held up by an alias. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema } from '#contract';
import { bundleKeys, verifyModels } from '#engines/artifacts';
import { evidenceIn, gate } from '#engines/signoffs';
import { runJob, type TrainingEngine } from '#engines/training';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { embeddedConfig, marketCsv, openBench, person, runsOf, start } from './support.ts';

const policy = consoleConfigSchema.parse({ artifacts: { signature_keys: [{ id: 'k1', file: 'config/k1.key' }], require_signature: true } });

describe('a training', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
    workspace.put('data/btc.csv', marketCsv({ rows: 300 }));
  });
  afterEach(() => workspace.remove());

  const bench = () => openBench({ root: workspace.root, clock: { at: start }, config: embeddedConfig() });
  const run = (engine: TrainingEngine = bench().engine) => runJob(engine, 'btc-retrain', { actor: person });
  const outcome = () => runsOf(bench()).at(-1)?.data ?? {};

  it('leaves a signed bundle of its version, of the same bytes', async () => {
    chmodSync(workspace.put('config/k1.key', '0123456789abcdef0123456789abcdef'), 0o600);
    const keys = bundleKeys(workspace.context, policy);
    const { status, version, warnings } = await run({ ...bench().engine, signing: () => keys });
    expect([status, warnings]).toEqual(['success', []]);
    const bundle = String(outcome()['bundle']);
    const name = `model-${version ?? ''}.json`;
    expect(readFileSync(join(workspace.root, bundle, name))).toEqual(readFileSync(join(workspace.root, 'models/decision_engine', name)));
    expect(verifyModels(workspace.context, {}, { keys: keys.keys, requireSignature: true }).findings).toEqual([]);
  });

  it('says where no bundle could be made, and counts all the same', async () => {
    const keys = bundleKeys(workspace.context, policy);
    const { status, warnings } = await run({ ...bench().engine, signing: () => keys });
    expect([status, warnings[0]]).toEqual(['success', expect.stringMatching(/no signed bundle/u)]);
    expect(outcome()).not.toHaveProperty('bundle');
  });

  it('is not held up by a version that another program called latest', async () => {
    const folder = join(workspace.root, 'models/decision_engine');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ versions: { latest: { file: 'model-latest.json' } }, aliases: {}, active: null }));
    expect(await run()).toMatchObject({ status: 'success', warnings: [expect.stringMatching(/"latest" was not moved/u)] });
    expect(bench().engine.entries(['retraining_run'], 10).map(({ stage }) => stage)).toEqual(['outcome', 'intent']);
  });

  it('names the reports that need signatures, and one that is taken away shuts the gate', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 300, shift: { from: 240, times: 8 } }));
    await run();
    const { alerts, reports } = outcome();
    const evidence = evidenceIn(bench().journal);
    expect(alerts).toEqual((reports as string[]).filter((path) => !path.includes('/walk_forward/') && !path.endsWith('_completeness.json')));
    expect([...evidence.left]).toEqual(alerts);
    const folder = join(workspace.root, 'audit/ai_decision/drift');
    const [report = ''] = readdirSync(folder);
    writeFileSync(join(folder, '20261101T000000Z.json'), JSON.stringify({ drift_score: 0.1, threshold: 0.3 }));
    unlinkSync(join(folder, report));
    expect(gate(workspace.context, consoleConfigSchema.parse({}), evidence).reasons.map(({ code }) => code)).toContain('reports_missing');
  });
});
