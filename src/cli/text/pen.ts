/** Colour where a terminal shows it and the person did not switch it off; the words always say the same without it. */
import { styleText } from 'node:util';
import type { Sink } from '../io.ts';

type Tone = 'good' | 'warn' | 'bad' | 'faint' | 'strong';

export interface Pen {
  readonly paint: (tone: Tone, text: string) => string;
  /** Paints a status word by its meaning; unknown words stay plain. */
  readonly status: (word: string, shown?: string) => string;
}

const styles = { good: 'green', warn: 'yellow', bad: 'red', faint: 'dim', strong: 'bold' } as const;

const tones: Readonly<Record<string, Tone>> = {
  valid: 'good', completed: 'good', applied: 'good', approved: 'good', done: 'good', deleted: 'good', copied: 'good', verified: 'good',
  clean: 'good', repaired: 'good', present: 'good', yes: 'good', ok: 'good',
  missing: 'warn', pending: 'warn', partial: 'warn', partial_failure: 'warn', expired: 'warn', skipped_existing: 'warn', attention: 'warn',
  cancelled: 'warn', applying: 'warn', warning: 'warn', partly_restored: 'warn', not_found: 'warn',
  invalid: 'bad', rejected: 'bad', failed: 'bad', error: 'bad', broken: 'bad', problems: 'bad', problem: 'bad', incomplete: 'bad',
  unreadable: 'bad', blocked: 'bad',
};

export function wantsColor(sink: Sink, env: Readonly<Record<string, string | undefined>>, allowed: boolean): boolean {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return allowed && sink.isTerminal && !refused;
}

export function penOf(color: boolean): Pen {
  const paint = (tone: Tone, text: string): string => color ? styleText(styles[tone], text, { validateStream: false }) : text;
  return {
    paint,
    status: (word, shown = word) => {
      const tone = tones[word];
      return tone === undefined ? shown : paint(tone, shown);
    },
  };
}
