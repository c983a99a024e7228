/** Facts of sentences that engines name by a code of a closed set, as words; what is in no set stays as it came. */
import { hasText, type Text } from './index.ts';

/** By the name of the fact; the first set that knows the code has its word. */
const sets: Readonly<Record<string, readonly string[]>> = {
  provider: ['automode.provider'],
  name: ['automode.rule'],
  names: ['automode.rule'],
  roles: ['automode.role'],
  state: ['automode.feed_state', 'automode.document_state', 'automode.provider_state'],
};
const signs: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤' };

export const sign = (comparator: string): string => signs[comparator] ?? comparator;

/** The word for a code, or the code itself. */
export function wordOf(t: Text, known: readonly string[], code: string): string {
  const key = known.map((set) => `${set}.${code}`).find(hasText);
  return key === undefined ? code : t(key);
}

export function factWords(t: Text, params: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => {
    const known = sets[name];
    if (typeof value !== 'string') return [name, value];
    if (known !== undefined) return [name, value.split(', ').map((code) => wordOf(t, known, code)).join(', ')];
    return [name, name === 'comparator' ? sign(value) : value];
  }));
}
