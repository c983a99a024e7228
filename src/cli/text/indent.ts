/** JSON text spread over lines, two blanks per level. Promise: nothing but the blanks between its tokens changes, so numbers keep their digits. */
const token = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+|[,:{}[\]]/gu;

export function indentJson(text: string): string {
  const tokens = text.match(token) ?? [];
  let depth = 0;
  let out = '';
  const line = (): string => `\n${'  '.repeat(depth)}`;
  tokens.forEach((piece, at) => {
    const empty = (piece === '{' && tokens[at + 1] === '}') || (piece === '[' && tokens[at + 1] === ']');
    const closesEmpty = (piece === '}' && tokens[at - 1] === '{') || (piece === ']' && tokens[at - 1] === '[');
    if (piece === '}' || piece === ']') {
      depth -= 1;
      out += closesEmpty ? piece : `${line()}${piece}`;
    } else if (piece === '{' || piece === '[') {
      depth += 1;
      out += empty ? piece : `${piece}${line()}`;
    } else if (piece === ',') out += `,${line()}`;
    else out += piece === ':' ? ': ' : piece;
  });
  return out;
}
