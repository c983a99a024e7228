/** Promise: a report's date reads as the earlier tools wrote it, whatever type the summary gives it. */

const floatForm = /[.eE]/u;

/** A double in the earlier tools' spelling: `1.0`, `1e+16`, `1e-05`. */
function floatText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function nested(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : dateText(value, null);
}

/** `source` is the number as it stands in the file, where known: `1.0` and `1` are equal in memory but not on paper. */
export function dateText(value: unknown, source: string | null): string {
  switch (typeof value) {
    case 'string': return value;
    case 'boolean': return value ? 'True' : 'False';
    case 'number': return source !== null && floatForm.test(source) ? floatText(value) : numberText(value);
    default:
  }
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) return `[${value.map(nested).join(', ')}]`;
  return `{${Object.entries(value).map(([key, entry]) => `${quoted(key)}: ${nested(entry)}`).join(', ')}}`;
}

const numberText = (value: number): string => (Number.isSafeInteger(value) ? String(value) : floatText(value));

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The digits of a numeric `report_date` of the summary itself, not of an object inside it. */
export function numericDateSource(text: string): string | null {
  const sources = new Map<unknown, string>();
  let source: string | null = null;
  try {
    parseWithSource(text, function revive(key, value, context) {
      if (key === 'report_date' && typeof value === 'number' && context.source !== undefined) sources.set(this, context.source);
      if (key === '') source = sources.get(value) ?? source;
      return value;
    });
  } catch {
    return null;
  }
  return source;
}
