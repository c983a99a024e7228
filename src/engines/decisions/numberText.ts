/**
 * Promise: numbers and values are written as the bot writes them, so that both sides' lines compare equal as text.
 */
import { compareText } from '#engines/reports';

interface Exact {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** A finite double as mantissa · 2^exponent. */
function exact(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return {
    negative: bits >> 63n === 1n,
    mantissa: biased === 0 ? fraction : fraction | (1n << 52n),
    exponent: (biased === 0 ? 1 : biased) - 1075,
  };
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Exactly `places` decimals, rounded half to even on the exact value of the double. */
export function fixedText(value: number, places: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const { negative, mantissa, exponent } = exact(value);
  const scaled = mantissa * 10n ** BigInt(places);
  let units: bigint;
  if (exponent >= 0) {
    units = scaled << BigInt(exponent);
  } else {
    const shift = BigInt(-exponent);
    units = scaled >> shift;
    const rest = scaled - (units << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && units % 2n === 1n)) units += 1n;
  }
  const digits = units.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const text = places === 0 ? digits : `${whole}.${digits.slice(digits.length - places)}`;
  return negative ? `-${text}` : text;
}

/** At most ten decimals without trailing zeros; zero of either sign is `0`. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value);
  const text = fixedText(value, 10).replace(/0+$/u, '').replace(/\.$/u, '');
  return text === '-0' ? '0' : text;
}

/** A float in its shortest exact form: `1800.0`, `1e-05`, `1e+16`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digitsPart = '', exponentPart = '0'] = Math.abs(value).toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  const digits = digitsPart.replace('.', '');
  const exponent = Number(exponentPart);
  if (exponent < -4 || exponent >= 16) {
    const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** JSON without spaces, keys by code point, integers as integers and all other numbers as {@link floatText}. */
export function canonicalText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0) ? BigInt(value).toString() : floatText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined).toSorted(([a], [b]) => compareText(a, b));
  return `{${members.map(([key, member]) => `${JSON.stringify(key.toWellFormed())}:${canonicalText(member)}`).join(',')}}`;
}
