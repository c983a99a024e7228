/**
 * Names of files as people read them: bytes that are no UTF-8 travel as private-use characters and are shown as `\xNN`,
 * control characters and those that turn the writing direction as escapes. The terminal shows the same.
 */
const hidden = /[\p{Cc}\uf780-\uf7ff\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;
const allHidden = new RegExp(hidden.source, 'gu');

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** For showing only: what is sent to the console stays as it is. */
export function shownName(text: string): string {
  if (!hidden.test(text)) return text;
  return text.replaceAll(allHidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xf780 && code <= 0xf7ff ? `\\x${hex(code - 0xf700, 2)}` : `\\u${hex(code, 4)}`;
  });
}

/**
 * Text with such characters in quotes that bash and zsh read back exactly; null where plain quotes do. Bytes stay the
 * private-use characters that stand for them, because that is how the command line takes them.
 */
export function escapedQuote(text: string): string | null {
  if (!hidden.test(text)) return null;
  const inner = text.replaceAll(/[\\']/gu, (character) => `\\${character}`).replaceAll(allHidden, (character) => `\\u${hex(character.codePointAt(0) ?? 0, 4)}`);
  return `$'${inner}'`;
}
