import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan, createPlan } from '#engines/plans';
import { JsonNumber, jsonOf, plainOf, printJson, readJson, type JsonValue } from '#engines/models';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, putRecordedModels, testParts, testPlans } from './support.ts';

const read = (text: string): JsonValue => {
  const made = readJson(Buffer.from(text));
  if ('problem' in made) throw new Error(made.problem);
  return made.value;
};

const rewrite = 'import json,sys\nvalue=json.load(sys.stdin)\njson.dump(value,sys.stdout,ensure_ascii=False,indent=2,sort_keys=True)\nsys.stdout.write("\\n")';
const python = (script: string, input: string, ...args: readonly string[]): string => {
  const run = spawnSync('python3', ['-c', script, ...args], { input, encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
};

describe('JSON of other programs', () => {
  it.each([
    '{"b":1.0,"a":[1,2.50,-0.0,1e-07,1E5,12345678901234567890123,NaN,Infinity,-Infinity]}', '{"":{},"x":[],"y":[{}],"z":null}', '"\\u0000\\u001f\\"\\\\\\/ż\u2028\u007f"', '[true,false]',
  ])('comes back digit by digit: %s', (text) => {
    const value = read(text);
    expect(read(printJson(value))).toEqual(value);
  });

  it('prints exactly what Python prints', () => {
    const text = '{"z":1.0,"a":{"ż":"Żółw","b":[1,{"q":null}],"e":{},"f":[]},"n":[12345678901234567890,-0.0,1e-07,NaN],"s":"tab\\t \\u007f \\ud83d\\ude00 \\u0001","\uff5e":1,"\u{1f600}":2}';
    expect(printJson(read(text))).toBe(python(rewrite, text));
  });

  it('writes numbers of ours as Python writes floats, and nothing is lost either way', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.maxSafeInteger()), { minLength: 50, maxLength: 50 }), (numbers) => {
      expect(plainOf(read(printJson(jsonOf(numbers))))).toEqual(numbers.map((each) => (Object.is(each, -0) ? -0 : Number.isFinite(each) ? each : String(each))));
    }), { numRuns: 50 });
    const numbers = [0.1, 1e-5, 1e-4, 123456789.25, 1e15 + 0.5, 1e16, 1.5e300, 5e-324, -2.5, 0.30000000000000004];
    const text = printJson(jsonOf(numbers));
    expect(text).toBe(python(rewrite, text));
  });

  it.each([
    ['cut off', '{"a":', 'ends too early'], ['a trailing comma', '{"a":1,}', 'key in double quotes'], ['two values', '{} {}', 'more text'], ['a raw control character', '"\u0001"', 'control character'],
    ['a bad escape', '"\\x"', 'escape'], ['nesting without end', '['.repeat(500), 'nests deeper'], ['a leading zero', '{"a":01}', 'expected'],
  ])('is refused with its place: %s', (_what, text, message) => {
    const made = readJson(Buffer.from(text));
    expect('problem' in made && made.problem).toContain(message);
  });

  it('may begin with a byte order mark, must be UTF-8, and keeps the last of two equal keys', () => {
    expect(read('\ufeff{"a":1,"a":2}')).toEqual(new Map([['a', new JsonNumber('2')]]));
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ problem: 'not UTF-8 text' });
  });

  it('crosses doors without rounding: what a double cannot hold is text', () => {
    expect(plainOf(read('{"a":1.0,"b":9007199254740993,"c":1e999,"__proto__":{"x":1}}'))).toEqual(JSON.parse('{"a":1,"b":"9007199254740993","c":"1e999","__proto__":{"x":1}}'));
  });
});

describe('files written here', () => {
  let workspace: TestWorkspace;
  beforeEach(() => { workspace = testWorkspace(); });
  afterEach(() => workspace.remove());

  it('are what Python itself would have written, and its own reader finds the champion', async () => {
    putRecordedModels(workspace.root);
    const engine = testPlans(testParts(workspace.context));
    const plan = await createPlan(engine, asking('models.promote', { model: 'decision_engine', version: 'v2', reason: 'Powód: degradacja championa' }, actorNamed('anna')));
    await applyPlan(engine, act(plan.id, actorNamed('anna')));
    for (const name of ['champion', 'challengers', 'history', 'pin']) {
      const text = readFileSync(join(workspace.root, `var/models/quality/decision_engine/${name}.json`), 'utf8');
      expect(text, name).toBe(python(rewrite, text));
    }
    const summary = readFileSync(join(workspace.root, 'audit/champion_promotions/decision_engine/20261120T090000_v2/summary.json'), 'utf8');
    expect(summary).toBe(python(rewrite, summary));
    const champion = 'import json,sys,pathlib\nprint(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["report"]["version"])';
    expect(python(champion, '', join(workspace.root, 'var/models/quality/decision_engine/champion.json')).trim()).toBe('v2');
  });
});
