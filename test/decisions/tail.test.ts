/** Every whole line that any program adds is told exactly once, however the files are treated. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendDecision, guardrailMark, guardrailNames, openDecisionTail, parseInstant, type DecisionTail } from '#engines/decisions';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
let folder: string;
let today: string;
let tail: DecisionTail;

const line = (id: string, at = '2026-11-20T09:00:01+00:00', event = 'model_change'): string =>
  `${JSON.stringify({ event, timestamp: at, environment: 'e', portfolio: 'p', risk_profile: 'r', id })}\n`;
const open = (): DecisionTail => openDecisionTail(workspace.context, { events: ['model_change', 'ai_retraining'] });

/** Ids of everything that is told until nothing more is there. */
function read(from: DecisionTail = tail): readonly string[] {
  const ids: string[] = [];
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const { entries, more } = from.read();
    ids.push(...entries.map((entry) => entry['id'] ?? ''));
    if (!more) return ids;
  }
  throw new Error('the tail never ends');
}

beforeEach(() => {
  workspace = testWorkspace();
  folder = join(workspace.root, 'logs/decision_journal');
  today = join(folder, 'decisions-20261120.jsonl');
  mkdirSync(folder, { recursive: true });
});
afterEach(() => workspace.remove());

describe('the tail of the decision journal', () => {
  it('begins at the end and tells what is added then, once, by whoever it is written', () => {
    writeFileSync(today, line('old', '2026-11-20T08:00:00+00:00'));
    tail = open();
    expect(read()).toEqual([]);
    appendFileSync(today, line('a') + line('b'));
    appendDecision(workspace.context, { event: 'ai_retraining', at: parseInstant('2026-11-20T09:00:02Z') ?? 0n, environment: 'e', portfolio: 'p', risk_profile: 'r', metadata: { id: 'c' } });
    expect(read()).toEqual(['a', 'b', 'c']);
    expect(read()).toEqual([]);
  });

  it('begins without a folder, takes up the file of the next day, and leaves brought back days alone', () => {
    rmSync(folder, { recursive: true });
    tail = open();
    expect(read()).toEqual([]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'decisions-20261121.jsonl'), `\ufeff${line('a')}`);
    writeFileSync(join(folder, 'decisions-20250101.jsonl'), line('old', '2025-01-01T00:00:00Z'));
    writeFileSync(join(folder, 'notes.jsonl'), line('none'));
    expect(read()).toEqual(['a']);
    appendFileSync(join(folder, 'decisions-20250101.jsonl'), line('late', '2025-01-01T00:00:01Z'));
    expect(read()).toEqual(['late']);
  });

  it('waits for the rest of a line, and takes a whole one that lacks only its end', () => {
    tail = open();
    const text = line('a');
    for (const letter of text.slice(0, -2)) {
      appendFileSync(today, letter);
      expect(read()).toEqual([]);
    }
    appendFileSync(today, text.slice(-2, -1));
    expect(read()).toEqual(['a']);
    appendFileSync(today, `\n\r\n${line('b').trimEnd()}\r\n`);
    expect(read()).toEqual(['b']);
  });

  it('counts bad lines and passes over other events', () => {
    tail = open();
    writeFileSync(today, `nonsense\n${line('x', undefined, 'strategy_signal')}[1]\n${line('a')}`);
    expect(tail.read()).toMatchObject({ badLines: 2, entries: [{ id: 'a' }], more: false });
  });

  it('follows a file that is rotated away or replaced by an editor, and tells nothing twice', () => {
    writeFileSync(today, line('old', '2026-11-20T08:00:00+00:00'));
    tail = open();
    appendFileSync(today, line('a'));
    expect(read()).toEqual(['a']);
    const whole = readFileSync(today, 'utf8');
    writeFileSync(`${today}.new`, `${whole}${line('b')}`);
    renameSync(`${today}.new`, today);
    expect(read()).toEqual(['b']);
    // An editor that removed a line, so that nothing lies where it lay.
    writeFileSync(`${today}.new`, line('old', '2026-11-20T08:00:00+00:00') + line('b') + line('c'));
    renameSync(`${today}.new`, today);
    expect(read()).toEqual(['c']);
    renameSync(today, `${today}.1`);
    expect(read()).toEqual([]);
    writeFileSync(today, line('d'));
    expect(read()).toEqual(['d']);
  });

  it('does not count a line again that was cut off and then written anew', () => {
    tail = open();
    writeFileSync(today, line('a') + line('b'));
    expect(read()).toEqual(['a', 'b']);
    truncateSync(today, line('a').length);
    expect(read()).toEqual([]);
    appendFileSync(today, line('b') + line('c'));
    expect(read()).toEqual(['c']);
  });

  it('reads a large addition in pieces', () => {
    tail = open();
    const many = Array.from({ length: 20_000 }, (_none, n) => line(`n${n}`));
    writeFileSync(today, many.join(''));
    const first = tail.read();
    expect(first.more).toBe(true);
    expect([...first.entries.map((entry) => entry['id']), ...read()]).toEqual(many.map((_text, n) => `n${n}`));
  });

  it('passes over a line that is longer than any entry', () => {
    tail = open();
    writeFileSync(today, `${'x'.repeat(9 << 20)}\n${line('a')}`);
    expect(read()).toEqual(['a']);
  });

  it('tells every line once, however writing, reading, replacing and changing days fall together', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), day: fc.integer({ min: 20, max: 22 }), cut: fc.integer({ min: 0, max: 140 }) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), day: fc.integer({ min: 20, max: 22 }) }) },
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const follower = open();
      const written: string[] = [];
      const told: string[] = [];
      const unfinished = new Map<number, string>();
      const path = (day: number): string => join(folder, `decisions-202611${day}.jsonl`);
      const finish = (day: number): void => {
        appendFileSync(path(day), unfinished.get(day) ?? '');
        unfinished.delete(day);
      };
      for (const each of steps) {
        if (each.do === 'read') told.push(...read(follower));
        else if (each.do === 'replace') {
          finish(each.day);
          const text = readFileSync(path(each.day), { encoding: 'utf8', flag: 'a+' });
          writeFileSync(`${path(each.day)}.new`, text);
          renameSync(`${path(each.day)}.new`, path(each.day));
        } else {
          finish(each.day);
          const text = line(`w${written.length}`);
          written.push(`w${written.length}`);
          appendFileSync(path(each.day), text.slice(0, each.cut));
          unfinished.set(each.day, text.slice(each.cut));
        }
      }
      for (const day of [20, 21, 22]) finish(day);
      told.push(...read(follower));
      expect(told.toSorted()).toEqual(written.toSorted());
    }), { numRuns: 150 });
  });
});

describe('what an entry says about guardrails', () => {
  it('is one word, and the kill switch goes first', () => {
    expect(guardrailMark({ guardrail_active: 'true', kill_switch: 'true' })).toBe('kill_switch');
    expect(guardrailMark({ guardrail_active: 'false', kill_switch: 'True' })).toBe('kill_switch');
    expect(guardrailMark({ guardrail_active: 'True', kill_switch: 'false' })).toBe('guardrail');
    expect(guardrailMark({ guardrail_active: 'false' })).toBe('none');
    expect(guardrailMark({ guardrail_active: 'unknown', kill_switch: 'unknown' })).toBe('unmarked');
    expect(guardrailMark({})).toBe('unmarked');
  });

  it('names each guardrail once, in whatever form it is written', () => {
    expect(guardrailNames({ guardrail: 'effective_risk' })).toEqual(['effective_risk']);
    expect(guardrailNames({ triggers: '[{"name":"stress_index"},{"name":"tail_risk_index"},{"name":"stress_index"}]' })).toEqual(['stress_index', 'tail_risk_index']);
    expect(guardrailNames({ guardrails: 'a, b,a' })).toEqual(['a', 'b']);
    expect(guardrailNames({ guardrails: '["x","y"]' })).toEqual(['x', 'y']);
    expect(guardrailNames({ kill_switch: 'true' })).toEqual(['kill_switch']);
    expect(guardrailNames({})).toEqual(['unnamed']);
  });
});
