/** A scan that is kept says the same as one that reads everything afresh, whatever happens to the files. */
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDecisionScan, parseInstant, type DecisionScan } from '#engines/decisions';
import { random } from '../training/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

const day = (text: string): bigint => parseInstant(text) ?? 0n;
const [from, until] = [day('2026-11-20T00:00:00Z'), day('2026-11-20T23:59:59Z')];

describe('a scan of the decision journal', () => {
  let workspace: TestWorkspace;
  let kept: DecisionScan<string>;
  const open = (): DecisionScan<string> => openDecisionScan(workspace.context, { events: ['model_change'], keep: (entry) => entry['model_version'] ?? '' });
  beforeEach(() => {
    workspace = testWorkspace();
    kept = open();
  });
  afterEach(() => workspace.remove());
  const file = (date = '20261120'): string => join(workspace.root, `logs/decision_journal/decisions-${date}.jsonl`);
  const line = (version: string, at = '2026-11-20T09:00:00Z', event = 'model_change'): string => `${JSON.stringify({ event, timestamp: at, model_version: version })}\n`;
  const both = (): { readonly versions: readonly string[]; readonly badLines: number } => {
    const answers = [kept, open()].map((scan) => {
      const { found, badLines } = scan.between(from, until);
      return { versions: found.map(({ value }) => value).toSorted(), badLines };
    });
    expect(answers[0]).toEqual(answers[1]);
    return answers[1] ?? { versions: [], badLines: 0 };
  };

  it('is empty where there is no folder', () => expect(both()).toEqual({ versions: [], badLines: 0 }));

  it('sees what is added, also to a line that was still being written', () => {
    workspace.put('logs/decision_journal/decisions-20261120.jsonl', `\ufeff${line('a')}`);
    expect(both().versions).toEqual(['a']);
    const next = line('ż');
    const bytes = Buffer.from(next);
    appendFileSync(file(), bytes.subarray(0, bytes.indexOf(0xc5) + 1));
    expect(both()).toEqual({ versions: ['a'], badLines: 1 });
    appendFileSync(file(), bytes.subarray(bytes.indexOf(0xc5) + 1));
    expect(both()).toEqual({ versions: ['a', 'ż'], badLines: 0 });
    appendFileSync(file(), line('c').trimEnd());
    expect(both().versions).toEqual(['a', 'c', 'ż']);
    appendFileSync(file(), `\n${line('d')}{torn\n`);
    expect(both()).toEqual({ versions: ['a', 'c', 'd', 'ż'], badLines: 1 });
  });

  it('reads a file anew that was cut, replaced or taken away', () => {
    workspace.put('logs/decision_journal/decisions-20261120.jsonl', line('a') + line('b'));
    expect(both().versions).toEqual(['a', 'b']);
    writeFileSync(file(), line('a'));
    expect(both().versions).toEqual(['a']);
    writeFileSync(file(), line('x') + line('y') + line('z'));
    expect(both().versions).toEqual(['x', 'y', 'z']);
    rmSync(file());
    expect(both().versions).toEqual([]);
    workspace.put('logs/decision_journal/decisions-20261120.jsonl', line('n') + line('old', '2026-11-19T23:59:00Z') + line('other', undefined, 'strategy_signal'));
    expect(both().versions).toEqual(['n']);
  });

  it('says the same as a fresh one over any sequence of changes', () => {
    const next = random(11);
    workspace.put('logs/decision_journal/decisions-20261120.jsonl', '');
    for (let step = 0; step < 200; step += 1) {
      const date = next() < 0.8 ? '20261120' : '20261119';
      const chance = next();
      if (chance < 0.6) appendFileSync(file(date), line(`v${step}`));
      else if (chance < 0.75) appendFileSync(file(date), '{"event": "model_ch');
      else if (chance < 0.85) appendFileSync(file(date), '\n');
      else if (chance < 0.95) writeFileSync(file(date), line(`w${step}`).repeat(3));
      else rmSync(file(date), { force: true });
      if (next() < 0.5) both();
    }
    both();
  });
});
