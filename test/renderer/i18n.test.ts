import { describe, expect, it } from 'vitest';
import {
  archiveFormats, errorCodes, events, exportChoices, gatedOperations, operations, planStatuses, roles, severities, sortDirections, sortKeys, summaryStatuses, themes,
} from '#contract';
import * as z from 'zod';
import { en } from '../../src/renderer/i18n/en.ts';
import { pl } from '../../src/renderer/i18n/pl.ts';
import type { Dictionary } from '../../src/renderer/i18n/keys.ts';

const endings = { en: ['one', 'other'], pl: ['one', 'few', 'many', 'other'] } as const;
const plural = /_(one|few|many|other)$/u;

function flat(dictionary: Dictionary, prefix = ''): Map<string, string> {
  return new Map(Object.entries(dictionary).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...flat(value, `${prefix}${key}.`)]));
}

/** A key is plural when its dictionary holds "other" and "one" beside it; `exports.other` alone is a word. */
function bases(texts: Map<string, string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const key of texts.keys()) {
    const base = key.replace(plural, '');
    const isPlural = base !== key && texts.has(`${base}_one`) && texts.has(`${base}_other`);
    const name = isPlural ? base : key;
    const set = found.get(name) ?? new Set();
    if (isPlural) set.add(key.slice(base.length + 1));
    found.set(name, set);
  }
  return found;
}

const english = flat(en);
const polish = flat(pl);
const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/gu)].map((match) => match[1] ?? ''))].sort();

/** The options of every enumeration at the given path of an output schema. */
function enumOf(schema: z.ZodType): readonly string[] {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}
function fieldEnum(schema: z.ZodType, field: string): readonly string[] {
  return schema instanceof z.ZodObject ? enumOf((schema.shape as Record<string, z.ZodType>)[field] ?? z.never()) : [];
}

describe('the two dictionaries', () => {
  it('hold the same keys', () => {
    expect([...bases(polish).keys()].sort()).toEqual([...bases(english).keys()].sort());
  });

  it('give every counted text all plural forms of its language', () => {
    for (const [base, forms] of bases(english)) if (forms.size > 0) expect([...forms].sort(), base).toEqual([...endings.en].sort());
    for (const [base, forms] of bases(polish)) {
      const counted = (bases(english).get(base)?.size ?? 0) > 0;
      expect([...forms].sort(), base).toEqual(counted ? [...endings.pl].sort() : []);
    }
  });

  it('use the same placeholders in both languages', () => {
    for (const [base, forms] of bases(english)) {
      const form = (texts: Map<string, string>): string => texts.get(forms.size > 0 ? `${base}_other` : base) ?? '';
      expect(placeholders(form(polish)), base).toEqual(placeholders(form(english)));
    }
  });

  it('leave no text empty and shout nowhere', () => {
    for (const [key, text] of [...english, ...polish]) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).not.toContain('!');
    }
  });
});

describe('words for everything that the contract can say', () => {
  const has = (key: string): void => {
    for (const texts of [english, polish]) expect(texts.has(key) || texts.has(`${key}_other`), key).toBe(true);
  };

  it('translates every error code with what to do about it', () => {
    for (const code of errorCodes) {
      has(`errors.${code}.title`);
      has(`errors.${code}.remedy`);
    }
  });

  it('translates every value of the shared enumerations', () => {
    const sets: Readonly<Record<string, readonly string[]>> = {
      severity: severities, role: roles, theme: themes, summary_status: summaryStatuses, exports: exportChoices, sort: sortKeys, direction: sortDirections,
      plan_status: planStatuses, archive_format: archiveFormats,
    };
    for (const [name, values] of Object.entries(sets)) for (const value of values) has(`words.${name}.${value}`);
  });

  it('translates every value of the enumerations inside outputs', () => {
    const target = operations['plans.targets'].output.shape.targets.element;
    const verification = operations['journal.verify'].output;
    const check = operations['workspace.check'].output;
    const restore = operations['trash.restore'];
    const report = operations['reports.show'].output;
    const found: Readonly<Record<string, readonly string[]>> = {
      target_kind: fieldEnum(target, 'kind'),
      target_status: fieldEnum(target, 'status'),
      result_status: fieldEnum(target.shape.result.unwrap(), 'status'),
      outcome_status: fieldEnum(operations['plans.show'].output.shape.outcome.unwrap(), 'status'),
      item_kind: fieldEnum(operations['plans.items'].output.shape.items.element, 'kind'),
      drift: fieldEnum(operations['plans.check'].output.shape.drift.element, 'change'),
      need: fieldEnum(operations['plans.show'].output.shape.needs.element, 'kind'),
      trash_status: fieldEnum(operations['trash.show'].output.shape.entry, 'status'),
      restore_status: fieldEnum(restore.output, 'status'),
      stage: fieldEnum(operations['journal.show'].output.shape.entry, 'stage'),
      verification: fieldEnum(verification, 'status'),
      finding: fieldEnum(verification.shape.findings.element, 'kind'),
      key_storage: fieldEnum(verification.shape.key, 'storage'),
      check_status: fieldEnum(check, 'status'),
      check_finding: fieldEnum(check.shape.findings.element, 'kind'),
      check_severity: fieldEnum(check.shape.findings.element, 'severity'),
      problem: fieldEnum(report.shape.problems.element, 'code'),
      file_role: fieldEnum(report.shape.files.element, 'role'),
      host_kind: fieldEnum(operations['console.snapshot'].output, 'host_kind'),
      door: fieldEnum(operations['console.snapshot'].output.shape.actor, 'door'),
    };
    for (const [name, values] of Object.entries(found)) {
      expect(values.length, name).toBeGreaterThan(0);
      for (const value of values) has(`words.${name}.${value}`);
    }
    for (const value of ['ask', 'keep_both', 'replace', 'skip']) has(`words.on_conflict.${value}`);
  });

  it('names every act that needs a plan', () => {
    for (const name of gatedOperations) {
      has(`plans.act.${name.replace('.', '_')}`);
      has(`plans.sentence.${name.replace('.', '_')}`);
    }
    expect(Object.keys(events)).toContain('plans.changed');
  });
});
