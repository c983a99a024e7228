/** What is appended is whole and durable; what a crash or the bot left at the end of a file harms nobody. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendDecision, decisionEntry, decisionFile, ensureDecision, parseInstant, readDecisions, type DecisionEvent } from '#engines/decisions';
import { quickDisk } from '../faults/support.ts';
import { atEveryCall, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';

const at = parseInstant('2026-11-20T09:00:00Z') ?? 0n;
const event = (n: number): DecisionEvent => ({ event: 'ai_retraining', at: at + BigInt(n), environment: 'e', portfolio: 'p', risk_profile: 'r', metadata: { n } });

describe('the decision journal', () => {
  let workspace: TestWorkspace;
  let path: string;
  beforeEach(() => {
    workspace = testWorkspace();
    path = decisionFile(workspace.context, at);
  });
  afterEach(() => workspace.remove());

  const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n');
  const aside = (): readonly string[] => readdirSync(dirname(path)).filter((name) => name.includes('torn'));
  const leave = (text: string, secondsAgo: number): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const then = workspace.clock.now() / 1000 - secondsAgo;
    utimesSync(path, then, then);
  };

  it('puts entries one per line into the file of their UTC day', () => {
    appendDecision(workspace.context, event(1));
    appendDecision(workspace.context, event(2));
    appendDecision(workspace.context, { ...event(3), at: parseInstant('2026-11-20T23:30:00-02:00') ?? 0n });
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['decisions-20261120.jsonl', 'decisions-20261121.jsonl']);
    expect(lines()).toEqual([
      '{"event":"ai_retraining","timestamp":"2026-11-20T09:00:00.000001+00:00","environment":"e","portfolio":"p","risk_profile":"r","n":"1"}',
      '{"event":"ai_retraining","timestamp":"2026-11-20T09:00:00.000002+00:00","environment":"e","portfolio":"p","risk_profile":"r","n":"2"}', '',
    ]);
  });

  it('is read by jq and by the bot line by line', () => {
    appendDecision(workspace.context, event(1));
    appendDecision(workspace.context, { ...event(2), event: 'ai_retraining_failed', metadata: { error_message: 'za mało "wierszy"\n' } });
    const found = execFileSync('jq', ['-r', 'select(.event == "ai_retraining_failed") | .error_message', path], { encoding: 'utf8' });
    expect(found).toBe('za mało "wierszy"\n\n');
  });

  it('closes a last line that only lacks its end', () => {
    leave('{"event":"x"}', 3600);
    appendDecision(workspace.context, event(1));
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toBe('{"event":"x"}');
    expect(aside()).toEqual([]);
  });

  it('moves a broken-off last line aside, byte for byte, so that line readers go on to work', () => {
    leave('{"event":"x"}\n{"event":"hal', 3600);
    appendDecision(workspace.context, event(1));
    expect(lines().map((line) => (line === '' ? '' : (JSON.parse(line) as { event: string }).event))).toEqual(['x', 'ai_retraining', '']);
    expect(aside().map((name) => readFileSync(join(dirname(path), name), 'utf8'))).toEqual(['{"event":"hal']);
  });

  it('cuts nothing off while the writer of an unfinished line may still be at it', () => {
    leave('{"event":"x"}\n{"event":"hal', 1);
    appendDecision(workspace.context, event(1));
    expect(lines().slice(0, 2)).toEqual(['{"event":"x"}', '{"event":"hal']);
    expect(JSON.parse(lines()[2] ?? '')).toMatchObject({ n: '1' });
  });

  it('adds an entry again only where it is not there, whatever the order of its members', () => {
    const entry = appendDecision(workspace.context, event(1));
    const turned = Object.fromEntries(Object.entries(entry).toReversed());
    expect(ensureDecision(workspace.context, turned)).toBe(false);
    expect(ensureDecision(workspace.context, decisionEntry(event(2)))).toBe(true);
    expect(lines()).toHaveLength(3);
  });

  it('is read newest first over files, passing over and counting what is no entry', () => {
    for (const n of [1, 2]) appendDecision(workspace.context, event(n));
    appendFileSync(path, 'no json\n[1]\n');
    workspace.put('logs/decision_journal/decisions-20261119.jsonl', '{"event":"ai_retraining","n":7}\n');
    workspace.put('logs/decision_journal/notes.txt', 'no json');
    const seen: string[] = [];
    expect(readDecisions(workspace.context, { events: ['ai_retraining'], maxFiles: 10, visit: (entry) => { seen.push(entry['n'] ?? ''); return false; } })).toEqual({ files: 2, badLines: 2 });
    expect(seen).toEqual(['2', '1', '7']);
    expect(readDecisions(workspace.context, { events: ['ai_retraining'], maxFiles: 10, visit: () => true })).toMatchObject({ files: 1 });
  });

  for (const kind of ['crash', 'EIO', 'ENOSPC', 'short'] as const) {
    it(`holds every entry whole after ${kind} at any call, and the next one too`, async () => {
      await atEveryCall((n): Fault => ({ at: n, kind }), (fault) => {
        const own = testWorkspace();
        try {
          appendDecision(own.context, event(1));
          appendFileSync(decisionFile(own.context, at), '{"torn');
          const then = own.clock.now() / 1000 - 3600;
          utimesSync(decisionFile(own.context, at), then, then);
          const faulty = faultyFileSystem(quickDisk, fault);
          let failed = false;
          try {
            appendDecision(own.over(faulty.fs), event(2));
          } catch {
            failed = true;
          }
          faulty.release();
          expect(failed).toBe(faulty.fired && kind !== 'short');
          appendDecision(own.context, event(3));
          const numbers = readFileSync(decisionFile(own.context, at), 'utf8').split('\n').flatMap((line) => {
            try {
              return [(JSON.parse(line) as { n: string }).n];
            } catch {
              return [];
            }
          });
          expect(numbers[0]).toBe('1');
          expect(numbers.at(-1)).toBe('3');
          expect(numbers.length).toBeLessThanOrEqual(3);
          if (!failed) expect(numbers).toEqual(['1', '2', '3']);
          return faulty.fired;
        } finally {
          own.remove();
        }
      });
    });
  }
});
