/** Tells in one line what became of work that a crash had left: it was not this command that was asked for. */
import type { OpenOptions } from '#runtime';
import type { Sink } from './io.ts';

const shown = 3;

export const tellRecovered = (err: Sink, json: boolean): NonNullable<OpenOptions['onRecovered']> => (findings) => {
  const messages = findings.map(({ message }) => message);
  const more = messages.length > shown ? ` And ${messages.length - shown} more; "sterownia journal list" has them.` : '';
  void err.write(json ? `${JSON.stringify({ recovered: messages })}\n` : `${messages.slice(0, shown).join(' ')}${more}\n`);
};
