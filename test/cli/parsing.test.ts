import { describe, expect, test } from 'vitest';
import { commonErrors, errorTable, operationEntry, operationNames, resultExit } from '#contract';
import { deriveCliData } from '../../src/cli/verbs/derive.ts';
import { parseArguments, type Parsed } from '../../src/cli/verbs/program.ts';
import { globalOptions } from '../../src/cli/verbs/spec.ts';
import { exitStatus } from '../../src/cli/status.ts';

const data = deriveCliData('1.2.3');
const parse = (line: string): Parsed => parseArguments(line === '' ? [] : line.split(' '), data);

function input(line: string): Readonly<Record<string, unknown>> {
  const parsed = parse(line);
  if (parsed.kind !== 'run') throw new Error(`${line}: ${JSON.stringify(parsed)}`);
  return parsed.input;
}

describe('verbs derived from the table', () => {
  test.each(operationNames)('%s has a verb whose example parses', (name) => {
    const words = [...operationEntry(name).cli.example.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
    const parsed = parseArguments(words, data);
    expect(parsed).toMatchObject({ kind: 'run', verb: { operation: name } });
  });

  test('no two operations share a spelling', () => {
    const spellings = data.verbs.map((verb) => `${verb.area} ${verb.verb}`);
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  test('no field takes the name of a global option or of an extra one', () => {
    for (const verb of data.verbs) {
      const extras = verb.extras.map((extra) => extra.option);
      for (const field of verb.options) expect([...globalOptions, ...extras], `${verb.operation}.${field.field}`).not.toContain(field.option);
    }
  });

  test.each(operationNames)('%s describes every field', (name) => {
    const verb = data.verbs.find((candidate) => candidate.operation === name);
    for (const field of [...verb?.positional ?? [], ...verb?.options ?? []]) {
      // Preferences carry their meaning in their names and choices.
      expect(field.description, `${name}.${field.field}`).not.toBe('');
    }
  });

  test('every exit status that an operation can give is listed in its help', () => {
    for (const verb of data.verbs) {
      const entry = operationEntry(verb.operation as (typeof operationNames)[number]);
      for (const code of [...commonErrors, ...entry.errors]) expect(verb.exits).toContain(errorTable[code].exit);
    }
  });

  test('the statuses known without the contract are those of the contract', () => {
    expect(exitStatus).toMatchObject(resultExit);
    expect(exitStatus.usage).toBe(errorTable.INPUT_INVALID.exit);
    expect(exitStatus.notFound).toBe(errorTable.NOT_FOUND.exit);
    expect(exitStatus.cancelled).toBe(errorTable.CANCELLED.exit);
    expect(exitStatus.defect).toBe(errorTable.INTERNAL.exit);
  });
});

describe('an option that is on unless somebody says no', () => {
  const reason = '--reason xxxxxxxxxx';
  test('is taken back by its negated spelling alone', () => {
    expect(input(`models promote alpha v2 ${reason} --no-pin`)).toMatchObject({ pin: false });
    expect(input(`models promote alpha v2 ${reason}`)['pin']).toBe(true);
    expect(input(`models rollback alpha ${reason} --no-pin`)).toMatchObject({ pin: false });
    expect(parse(`models promote alpha v2 ${reason} --pin`)).toMatchObject({ kind: 'usage' });
  });

  test('says in its help what saying no means', () => {
    const negated = data.verbs.flatMap((verb) => verb.options).filter((field) => field.option.startsWith('no-'));
    expect(negated.map((field) => field.field)).toContain('pin');
    for (const field of negated) expect(field.description).toMatch(/^do not /u);
  });
});

describe('words of people', () => {
  test.each(['bogus --help', 'help bogus', 'reports bogus --help', 'help reports bogus'])('%s: there is no help for what is not there', (line) => {
    expect(parse(line)).toMatchObject({ kind: 'usage', code: 'UNKNOWN_OPERATION' });
  });
  test.each(['--help', 'reports --help', 'help reports', 'reports list --help', 'serve --help', 'help'])('%s prints help', (line) => {
    expect(parse(line)).toMatchObject({ kind: 'print' });
  });
  test('a blank workspace is a mistake, never the working directory', () => {
    expect(parseArguments(['--workspace=', 'reports', 'list'], data)).toMatchObject({ kind: 'usage', code: 'INPUT_INVALID', field: 'workspace' });
    expect(parseArguments(['--workspace', '  ', 'serve'], data)).toMatchObject({ kind: 'usage', field: 'workspace' });
  });
  test('a value that does not fit is told by its option, once', () => {
    expect(parse('reports list --limit abc')).toMatchObject({ kind: 'usage', field: 'limit', message: '--limit: "abc" is no whole number' });
  });
});

describe('no command', () => {
  test('is answered with the help, as --help is', () => {
    const help = parse('--help');
    expect(help).toMatchObject({ kind: 'print', text: expect.stringContaining('Usage: sterownia') });
    for (const line of ['', '--quiet', '--workspace /w', '--no-color']) expect(parse(line), line).toEqual(help);
  });

  test('is an error where JSON is expected, or where an area lacks its verb', () => {
    for (const line of ['--json', 'reports']) expect(parse(line), line).toMatchObject({ kind: 'usage', code: 'UNKNOWN_OPERATION' });
  });
});

describe('arguments', () => {
  test('only what was given becomes input, so defaults stay with the operation', () => {
    expect(input('reports list')).toEqual({});
  });

  test('kinds are read: text, choice, whole number, list, flag', () => {
    expect(input('reports purge --category smoke --category daily --limit 5 --sort size --query x --permanent')).toEqual({
      category: ['smoke', 'daily'], limit: 5, sort: 'size', query: 'x', permanent: true,
    });
  });

  test('negative numbers are values, also after a blank', () => {
    expect(input('reports purge --signal-quality-retention-days -5')).toEqual({ signal_quality_retention_days: -5 });
    expect(input('reports purge --signal-quality-retention-days=-5')).toEqual({ signal_quality_retention_days: -5 });
  });

  test('positionals are read as their kind, and a path may begin with a dash after --', () => {
    expect(input('journal show 12')).toEqual({ seq: 12 });
    expect(input('reports delete -- -odd')).toEqual({ path: '-odd' });
  });

  test('choices of numbers become numbers, "none" clears what may be empty', () => {
    expect(input('console save-preferences --page-size 100 --language none')).toEqual({ page_size: 100, language: null });
  });

  test('global options may stand anywhere', () => {
    const parsed = parse('--json reports list --workspace w --limit 3 --no-color --quiet');
    expect(parsed).toMatchObject({ kind: 'run', input: { limit: 3 }, globals: { json: true, quiet: true, color: false, workspace: 'w' } });
  });

  test('extras of plans and exports never reach the operation', () => {
    expect(parse('reports purge --dry-run --confirmation purge')).toMatchObject({ input: {}, extras: { dryRun: true, confirmation: 'purge' } });
    expect(parse('plans export plan-aaaaaa --output x.json')).toMatchObject({ input: { id: 'plan-aaaaaa' }, extras: { output: 'x.json' } });
    expect(parse('plans apply plan-aaaaaa --confirmation purge')).toMatchObject({ input: { id: 'plan-aaaaaa', confirmation: 'purge' } });
  });

  test.each([
    ['reports list --limit ten', 'INPUT_INVALID', 'limit'],
    ['reports list --limit 1.5', 'INPUT_INVALID', 'limit'],
    ['reports list --sort colour', 'INPUT_INVALID', 'sort'],
    ['reports list --sort SIZE', 'INPUT_INVALID', 'sort'],
    ['journal show first', 'INPUT_INVALID', 'seq'],
    ['plans reject plan-aaaaaa', 'INPUT_INVALID', 'reason'],
    ['console save-preferences --tables {', 'INPUT_INVALID', 'tables'],
    ['console save-preferences --page-size 30', 'INPUT_INVALID', 'page_size'],
    ['reports list --nonsense', 'INPUT_INVALID', null],
    ['reports list surplus', 'INPUT_INVALID', null],
    ['reports delete', 'INPUT_INVALID', null],
    ['reports list --limit', 'INPUT_INVALID', null],
    ['reports lits', 'UNKNOWN_OPERATION', null],
    ['report list', 'UNKNOWN_OPERATION', null],
    ['reports', 'UNKNOWN_OPERATION', null],
  ])('"%s" is wrong usage (%s, field %s)', (line, code, field) => {
    expect(parse(line)).toMatchObject({ kind: 'usage', code, field });
  });
});

describe('help', () => {
  const text = (line: string): string => {
    const parsed = parse(line);
    if (parsed.kind !== 'print') throw new Error(JSON.stringify(parsed));
    return parsed.text;
  };

  test('every level has an example and the exit statuses', () => {
    const lines = ['--help', ...new Set(data.verbs.flatMap((verb) => [`${verb.area} --help`, `${verb.area} ${verb.verb} --help`]))];
    for (const line of lines) {
      expect(text(line), line).toMatch(/Examples?:\n {2}sterownia /);
      expect(text(line), line).toMatch(/Exit status:\n +0 {2}done/);
    }
  });

  test('help of a verb names choices, defaults and descriptions', () => {
    expect(text('reports list --help')).toMatch(/--sort-direction <asc\|desc>\s+sort direction \(default desc\)/);
  });

  test('"help" before the command means the same as --help after it', () => {
    expect(text('help reports purge')).toBe(text('reports purge --help'));
  });

  test('the version is printed alone', () => {
    expect(text('--version')).toBe('1.2.3\n');
  });
});
