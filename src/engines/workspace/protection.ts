/**
 * Which paths the policy protects.
 *
 * Promise: what a rule seems to cover, it covers, however it is written: absolute or relative, with `./`, by a name that a
 * link leads away from. A rule of which nobody can say what it covers is a problem of the policy.
 */
import { isAbsolute, join, matchesGlob, posix } from 'node:path';
import { note, type ConsoleConfig, type Note } from '#contract';
import { realOrNearest, systemCode, type EngineContext } from '#engines/storage';
import { aliasesOf, namesOf, type Alias } from './spellings.ts';

type Place = Pick<EngineContext, 'root' | 'fs'>;

interface Rule {
  /** As it stands in the policy. */
  readonly text: string;
  /** Relative to the workspace and normal; empty for the workspace itself. */
  readonly pattern: string;
  /** The pattern, and the one for all below it, as they are matched. */
  readonly globs: readonly string[];
}

interface Rules {
  readonly root: string;
  readonly rules: readonly Rule[];
  readonly aliases: readonly Alias[];
  readonly problems: readonly Note[];
}

/** Stars match names with a leading dot too. */
const dotsShown = (path: string): string => path.replaceAll(/(?<=^|\/)\.(?=[^/])/gu, '\u0001.');

const magic = /[*?[\]{}()!+@\\]/u;

/** Position after the class that begins at `at`, or -1 where it does not end. */
function classEnd(pattern: string, at: number): number {
  const first = at + (/[!^]/u.test(pattern[at + 1] ?? '') ? 2 : 1);
  const end = pattern.indexOf(']', first + 1);
  return end < 0 ? -1 : end + 1;
}

/** False for what the language of patterns has no meaning for: it would match nothing, or only itself. */
function isReadable(pattern: string): boolean {
  if (pattern.includes('\0') || pattern.length > 4096 || /^!(?!\()/u.test(pattern)) return false;
  const open: string[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? '';
    if (sign === '\\') at += 1;
    else if (sign === '[') {
      const end = classEnd(pattern, at);
      if (end < 0) return false;
      at = end - 1;
    } else if (sign === '{') open.push('}');
    else if (sign === '(' && /[?*+@!]/u.test(pattern[at - 1] ?? '')) open.push(')');
    else if (sign === open.at(-1)) open.pop();
    if (at >= pattern.length) return false;
  }
  return open.length === 0;
}

/** The parts before the first one with a sign of the language: a place, not a pattern. */
function staticPartOf(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => magic.test(part));
  return parts.slice(0, first < 0 ? parts.length : first).join('/');
}

const leadsOut = (name: string): boolean => name === '..' || name.startsWith('../') || isAbsolute(name);

/** An absolute pattern with the links in its static part resolved: the workspace itself may have been named by a link. */
function realPattern({ fs }: Place, pattern: string): string {
  const fixed = staticPartOf(pattern);
  try {
    return join(realOrNearest(fs, fixed === '' ? '/' : fixed), pattern.slice(fixed.length));
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return pattern;
  }
}

/** Relative to the workspace, or null for what lies outside of it. */
function insideOf(place: Place, aliases: readonly Alias[], text: string): string | null {
  const wanted = isAbsolute(text) ? [text, realPattern(place, text)] : [join(place.root, text)];
  const name = wanted.flatMap((path) => namesOf(place, aliases, path)).findLast((each) => !leadsOut(each));
  return name === undefined ? null : name === '.' ? '' : name;
}

function ruleOf(place: Place, aliases: readonly Alias[], text: string): Rule | Note {
  const given = process.platform === 'win32' ? text.replaceAll('\\', '/') : text;
  if (!isReadable(given)) return note('policy_rule_unreadable', { rule: text });
  const normal = posix.normalize(given).replace(/\/+$/u, '') || '/';
  // Up from a pattern: nobody can say from where.
  if (/(?:^|\/)\.\.(?:\/|$)/u.test(given.slice(given.search(magic) < 0 ? given.length : given.search(magic)))) return note('policy_rule_unreadable', { rule: text });
  const pattern = insideOf(place, aliases, normal);
  if (pattern === null) return note('policy_rule_outside', { rule: text });
  const shown = dotsShown(pattern);
  return { text, pattern, globs: [shown, `${shown}/**`] };
}

function readRules(place: Place, config: Pick<ConsoleConfig, 'protected_paths'>): Rules {
  const { root } = place;
  if (config.protected_paths.length === 0) return { root, rules: [], aliases: [], problems: [] };
  const known = aliasesOf(place);
  const found = config.protected_paths.map((text) => ruleOf(place, known, text));
  const rules = found.flatMap((each) => ('pattern' in each ? [each] : []));
  return {
    root, rules, problems: found.flatMap((each) => ('pattern' in each ? [] : [each])),
    aliases: aliasesOf(place, rules.map(({ pattern }) => staticPartOf(pattern))),
  };
}

/** The policy is read anew for each act, and its rules with it. */
const kept = new WeakMap<object, Rules>();

function rulesOf(place: Place, config: ConsoleConfig): Rules {
  const known = kept.get(config);
  if (known?.root === place.root) return known;
  const rules = readRules(place, config);
  kept.set(config, rules);
  return rules;
}

/** Rules that protect nothing, each with why. */
export const ruleProblems = (place: Place, config: ConsoleConfig): readonly Note[] => rulesOf(place, config).problems;

/** `shown` is the name as globs are matched with it. */
function covers({ pattern, globs }: Rule, name: string, shown: string): boolean {
  if (leadsOut(name)) return false;
  return pattern === '' || name === pattern || name.startsWith(`${pattern}/`) || globs.some((glob) => matchesGlob(shown, glob));
}

/** The rule that protects an absolute path, or null. A pattern that names a folder protects everything below it. */
export function protectionOf(place: Place, config: ConsoleConfig, path: string): string | null {
  const { rules, aliases } = rulesOf(place, config);
  if (rules.length === 0) return null;
  for (const name of namesOf(place, aliases, path)) {
    const shown = dotsShown(name);
    const found = rules.find((rule) => covers(rule, name, shown));
    if (found !== undefined) return found.text;
  }
  return null;
}
