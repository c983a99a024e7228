import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodes, errorTable, events, operationEntry, operationNames } from '#contract';
import { operationsPage, operationsPagePath } from '../../scripts/docs.ts';

describe('docs/operations.md', () => {
  const page = readFileSync(operationsPagePath, 'utf8');

  test('says what the tables say; "npm run docs" writes it anew', () => {
    expect(page).toBe(operationsPage());
  });

  test.each(operationNames)('documents %s with verb, runnable example and summary', (name) => {
    const { cli, summary } = operationEntry(name);
    expect(page).toContain(`### \`${name}\``);
    expect(cli.example.startsWith(`${cli.area} ${cli.verb}`)).toBe(true);
    expect(page).toContain(`sterownia ${cli.example}`);
    expect(summary.length).toBeGreaterThan(10);
    expect(page).toContain(summary);
  });

  test.each(errorCodes)('documents %s with its exit status', (code) => {
    expect(page).toContain(`| \`${code}\` | ${errorTable[code].exit} | ${errorTable[code].summary} |`);
  });

  test.each(Object.keys(events))('documents the event %s', (name) => {
    expect(page).toContain(`| \`${name}\` |`);
  });
});
