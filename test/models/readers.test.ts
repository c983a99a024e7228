import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan, createPlan } from '#engines/plans';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, entry, putModel, report, testParts, testPlans } from './support.ts';

/** Reads both files again and again as the trading side does, until told to stop; says what it ever saw. */
const reader = `
import json, pathlib, sys, time
folder, stop = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
champions, lost, reads = set(), 0, 0
print("ready", flush=True)
while not stop.exists():
    champion = json.loads((folder / "champion.json").read_text(encoding="utf-8"))
    entries = json.loads((folder / "challengers.json").read_text(encoding="utf-8"))["entries"]
    champions.add(champion["report"]["version"])
    if not entries:
        lost += 1
    reads += 1
print(json.dumps({"champions": sorted(champions), "lost": lost, "read": reads > 0}))
`;

describe('another program that reads all the time', () => {
  let workspace: TestWorkspace;
  beforeEach(() => { workspace = testWorkspace(); });
  afterEach(() => workspace.remove());

  it('sees the old champion or the new one, whole, and never an empty list', async () => {
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 1, 0), entries: [entry(report('v2', 0.5, 1, 0))] });
    const stop = join(workspace.root, 'stop/now');
    mkdirSync(join(workspace.root, 'stop'));
    const child = spawn('python3', ['-c', reader, join(workspace.root, 'var/models/quality/alpha'), stop], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
    await once(child.stdout, 'data');
    const anna = actorNamed('anna');
    const engine = testPlans(testParts(workspace.context));
    for (let turn = 0; turn < 20; turn += 1) {
      const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: turn % 2 === 0 ? 'v2' : 'v1', reason: 'to and fro for the reader' }, anna));
      await applyPlan(engine, act(plan.id, anna));
      workspace.clock.advance(1000);
    }
    writeFileSync(stop, '');
    await once(child, 'close');
    const seen = JSON.parse(said.split('\n')[1] ?? '{}') as { readonly champions: readonly string[] };
    expect(child.exitCode).toBe(0);
    expect(seen).toMatchObject({ lost: 0, read: true });
    expect(seen.champions.every((version) => version === 'v1' || version === 'v2')).toBe(true);
  });
});
