/** What the policy says about jobs and feeds: mistakes are told, and take nothing else away. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleKeys } from '#engines/artifacts';
import { checkFeeds, listJobs, retrainingStatus } from '#engines/retraining';
import { runJob } from '#engines/training';
import { readPolicy } from '#engines/workspace';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { embeddedConfig, openBench, person, start } from '../training/support.ts';

let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

describe('the policy', () => {
  it('with one job that is set up wrong keeps the rest, and says so', () => {
    workspace.put('config/console.json', JSON.stringify({ retraining: { jobs: [{ name: 'bad', kind: 'embedded' }, { name: 'good', kind: 'embedded', feed: 'btc' }] }, admins: ['anna'] }));
    const { config, damaged, problems, notes } = readPolicy(workspace.context);
    expect([config.retraining.jobs.map(({ name }) => name), config.admins, damaged]).toEqual([['good'], ['anna'], false]);
    expect(problems).toEqual([expect.stringMatching(/^retraining\.jobs\.0\.feed is not set up right and is left out/u)]);
    expect(notes).toMatchObject([{ code: 'policy_entry_invalid' }]);
  });

  it('that cannot be read is told by jobs, feeds and status, and asks for signatures', () => {
    workspace.put('config/console.json', '{');
    const { config, damaged } = readPolicy(workspace.context);
    expect(damaged).toBe(true);
    expect(listJobs(workspace.context, config.retraining)).toMatchObject({ jobs: [], faults: [{ field: 'config/console.json' }] });
    expect(checkFeeds(workspace.context, config.retraining)).toMatchObject({ status: 'problems', faults: [{ field: 'config/console.json' }] });
    expect(retrainingStatus(workspace.context, config.retraining).issues.filter(({ code }) => code === 'config_invalid')).toHaveLength(2);
    expect(bundleKeys(workspace.context, config)).toMatchObject({ keys: [], requireSignature: true });
  });

  it('that names a pipe as a feed holds no training up', async () => {
    workspace.put('data/other.csv', '');
    execFileSync('mkfifo', [join(workspace.root, 'data/btc.csv')]);
    const { engine, context, config } = openBench({ root: workspace.root, clock: { at: start }, config: embeddedConfig() });
    expect(checkFeeds(context, config).feeds).toMatchObject([{ status: 'missing', problem: 'it is no file' }]);
    expect(await runJob(engine, 'btc-retrain', { actor: person })).toMatchObject({ status: 'failed', reason_code: 'DataError', reason: expect.stringMatching(/no plain file/u) });
  });
});
