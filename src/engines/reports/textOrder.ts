/** Promise: names order by code point and match regardless of case, in every script, as the earlier tools did. */

/** Units from U+D800 on are where UTF-16 order and code point order part. No `u` flag: units are wanted, not pairs. */
const highUnits = /[\ud800-\uffff]/;
const everyHighUnit = /[\ud800-\uffff]/g;

/** Moves surrogates above the rest of the basic plane, so that comparing units compares code points. */
function shiftUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  return String.fromCharCode(code >= 0xe000 ? code - 0x800 : code + 0x2000);
}

/** Text whose plain `<` order is the code point order of `text`. For comparing only, not for showing. */
export function orderKey(text: string): string {
  return highUnits.test(text) ? text.replace(everyHighUnit, shiftUnit) : text;
}

export function compareText(left: string, right: string): number {
  const a = orderKey(left);
  const b = orderKey(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

const plainAscii = /^[\x20-\x7e]*$/u;

/**
 * Full case folding. Lower, upper, lower again brings `ẞ`, `ß` and `SS` together, and likewise ligatures and Greek
 * letters with iota; the final sigma is made a plain one, and the dotless i, which has no case partner, is kept apart.
 */
export function foldCase(text: string): string {
  if (plainAscii.test(text)) return text.toLowerCase();
  return text.split('ı').map((part) => part.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')).join('ı');
}
