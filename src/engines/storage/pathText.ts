/**
 * File names as text, without loss.
 *
 * A name on Linux is bytes. Valid UTF-8 stays as it is; every byte of anything else becomes one private-use character
 * U+F700 + byte (0x80 to 0xFF), and so do the bytes of real characters from that range, which makes the mapping
 * reversible. Such text is valid Unicode, so it survives JSON and canonical JSON; `displayName` shows the bytes.
 */
const first = 0xf780;
const last = 0xf7ff;
const escaped = /[\uf780-\uf7ff]/u;

/** True if the text stands for bytes that are no UTF-8. */
export const hasRawBytes = (text: string): boolean => escaped.test(text);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const wanted = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  return wanted > 0 && at + wanted <= bytes.length ? wanted : 0;
}

function decodeAt(bytes: Uint8Array, at: number): { readonly text: string; readonly length: number } | null {
  const length = sequenceLength(bytes, at);
  if (length === 0) return null;
  try {
    const text = decoder.decode(bytes.subarray(at, at + length));
    return escaped.test(text) ? null : { text, length };
  } catch {
    return null;
  }
}

/** Bytes of a name to text. */
export function textFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeAt(bytes, at);
    if (decoded) {
      text += decoded.text;
      at += decoded.length;
    } else {
      text += String.fromCharCode(0xf700 + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

/** Text of a name or path to what Node's fs takes: a string where that is exact, else a buffer. */
export function nativePath(text: string): string | Buffer {
  if (!escaped.test(text)) return text;
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(code >= first && code <= last ? Buffer.from([code - 0xf700]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** For people: raw bytes as `\xNN`. Not reversible. */
export function displayName(text: string): string {
  if (!escaped.test(text)) return text;
  return text.replace(/[\uf780-\uf7ff]/gu, (character) => `\\x${((character.codePointAt(0) ?? 0) - 0xf700).toString(16)}`);
}
