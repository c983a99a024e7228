/**
 * Tells in one pass over the bytes that a line is an entry in canonical form (RFC 8785), and where its parts are.
 *
 * Verification is as fast as its hashes only if nothing is parsed. A yes of this scan is exact: such a line is what
 * the journal writes for that entry, byte by byte. A no means "not surely": the caller then parses the line and
 * compares, so that rare but valid forms are not refused.
 */
import { isUtf8 } from 'node:buffer';

export interface EntryParts {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly workspaceId: string;
  /** Where the member `hash` begins, with the comma before it. */
  readonly hashStart: number;
}

/** Length of `,"hash":"…"`. */
export const hashMemberLength = 74;

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const backslash = 0x5c;
const maxDepth = 200;

const text = {
  actorDoor: bytesOf('{"actor":{"door":'), host: bytesOf(',"host":'), name: bytesOf(',"name":'), osUser: bytesOf(',"os_user":'), at: bytesOf('},"at":'),
  data: bytesOf(',"data":'), hash: bytesOf(',"hash":"'), operation: bytesOf('","operation":'), prev: bytesOf(',"prev":"'),
  seq: bytesOf('","schema":"sterownia.journal/1","seq":'), stage: bytesOf(',"stage":'), subject: bytesOf(',"subject":'), type: bytesOf(',"type":'),
  workspaceId: bytesOf(',"workspace_id":'), true: bytesOf('true'), false: bytesOf('false'), null: bytesOf('null'),
};
const doors = ['"cli"', '"window"', '"loop"', '"recovery"'].map(bytesOf);
const stages = ['"intent"', '"outcome"', '"note"'].map(bytesOf);

/** 0: stands for itself in a string; 1: needs a closer look (quote, backslash, control character); 2: not ASCII. */
const classes = new Uint8Array(256);
classes.fill(1, 0, 0x20);
classes.fill(2, 0x80);
classes[quote] = 1;
classes[backslash] = 1;

/** After a backslash: the short escapes that canonical JSON uses. A slash is not escaped. */
const shortEscapes = new Uint8Array(256);
for (const letter of '"\\bfnrt') shortEscapes[letter.charCodeAt(0)] = 1;

const hexDigits = new Uint8Array(256);
for (const digit of '0123456789abcdef') hexDigits[digit.charCodeAt(0)] = 1;

const failed = -1;

/** State of the one scan that is under way; engines are synchronous. */
let bytes: Buffer = Buffer.alloc(0);
let limit = 0;
let sawHighByte = false;
/** True when the string scanned last holds an escape or a byte that is not ASCII. */
let unusual = false;

function literal(expected: Uint8Array, at: number): number {
  const line = bytes;
  const { length } = expected;
  if (at === failed || at + length > limit) return failed;
  for (let index = 0; index < length; index += 1) {
    if (line[at + index] !== expected[index]) return failed;
  }
  return at + length;
}

function oneOf(choices: readonly Uint8Array[], at: number): number {
  for (const choice of choices) {
    const end = literal(choice, at);
    if (end !== failed) return end;
  }
  return failed;
}

/** `\u0000` to `\u001f` in lower case, without those that have a short escape. */
function controlEscape(at: number): number {
  if (at + 6 > limit || bytes[at + 1] !== 0x75 || bytes[at + 2] !== 0x30 || bytes[at + 3] !== 0x30) return failed;
  const code = bytes.toString('latin1', at + 4, at + 6);
  if (!/^[01][0-9a-f]$/u.test(code) || ['08', '09', '0a', '0c', '0d'].includes(code)) return failed;
  return at + 6;
}

function string(start: number): number {
  const line = bytes;
  if (start === failed || line[start] !== quote) return failed;
  unusual = false;
  for (let at = start + 1; at < limit;) {
    while (classes[line[at] as number] === 0) at += 1;
    const byte = line[at] as number;
    if (byte === quote) return at < limit ? at + 1 : failed;
    if (byte >= 0x80) {
      unusual = true;
      sawHighByte = true;
      at += 1;
    } else if (byte === backslash) {
      unusual = true;
      at = shortEscapes[line[at + 1] as number] === 1 ? at + 2 : controlEscape(at);
      if (at === failed) return failed;
    } else {
      return failed;
    }
  }
  return failed;
}

const stringOrNull = (at: number): number => (at !== failed && bytes[at] === quote ? string(at) : literal(text.null, at));

function number(start: number): number {
  let at = start;
  let plain = true;
  if (bytes[at] === 0x2d) at += 1;
  const digits = at;
  for (; at < limit; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 0x30 && byte <= 0x39) continue;
    if (byte !== 0x2e && byte !== 0x65 && byte !== 0x2b && byte !== 0x2d) break;
    plain = false;
  }
  if (at === digits) return failed;
  const short = plain && at - digits <= 15;
  if (short && bytes[digits] !== 0x30) return at;
  if (short && at === start + 1) return at;
  const written = bytes.toString('latin1', start, at);
  return String(Number(written)) === written ? at : failed;
}

function value(at: number, depth: number): number {
  if (depth > maxDepth) return failed;
  const byte = bytes[at];
  if (byte === quote) return string(at);
  if (byte === openBrace) return object(at, depth);
  if (byte === openBracket) return array(at, depth);
  if (byte === 0x74) return literal(text.true, at);
  if (byte === 0x66) return literal(text.false, at);
  if (byte === 0x6e) return literal(text.null, at);
  return number(at);
}

function array(start: number, depth: number): number {
  let at = start + 1;
  if (bytes[at] === closeBracket) return at + 1;
  for (;;) {
    at = value(at, depth + 1);
    if (at === failed || at >= limit) return failed;
    if (bytes[at] === closeBracket) return at + 1;
    if (bytes[at] !== comma) return failed;
    at += 1;
  }
}

/** Order of two names by UTF-16 code units; both as written, with their quotes. */
function isAscending(start: number, end: number, nextStart: number, nextEnd: number, plain: boolean): boolean {
  if (!plain) {
    const [left, right] = [bytes.toString('utf8', start, end), bytes.toString('utf8', nextStart, nextEnd)].map((name) => JSON.parse(name) as string);
    return left !== undefined && right !== undefined && left < right;
  }
  const shared = Math.min(end - start, nextEnd - nextStart) - 1;
  for (let index = 1; index < shared; index += 1) {
    const difference = (bytes[start + index] as number) - (bytes[nextStart + index] as number);
    if (difference !== 0) return difference < 0;
  }
  return end - start < nextEnd - nextStart;
}

function object(start: number, depth: number): number {
  let at = start + 1;
  if (bytes[at] === closeBrace) return at + 1;
  let name = failed;
  let nameEnd = failed;
  let nameUnusual = false;
  for (;;) {
    const end = string(at);
    if (end === failed || bytes[end] !== colon) return failed;
    const isUnusual = unusual;
    if (name !== failed && !isAscending(name, nameEnd, at, end, !isUnusual && !nameUnusual)) return failed;
    name = at;
    nameEnd = end;
    nameUnusual = isUnusual;
    at = value(end + 1, depth + 1);
    if (at === failed || at >= limit) return failed;
    if (bytes[at] === closeBrace) return at + 1;
    if (bytes[at] !== comma) return failed;
    at += 1;
  }
}

function hexDigest(start: number): number {
  const line = bytes;
  const end = start + 64;
  if (start === failed || end > limit) return failed;
  for (let at = start; at < end; at += 1) {
    if (hexDigits[line[at] as number] === 0) return failed;
  }
  return end;
}

/** A string that is not empty. */
function filled(at: number): number {
  const end = string(at);
  return end === at + 2 ? failed : end;
}

/** Entries of one journal name the same workspace: it is decoded once. */
let known = { written: bytesOf('""'), id: '' };

function workspaceIdAt(line: Buffer, start: number, end: number): string {
  if (literal(known.written, start) !== end) {
    known = { written: new Uint8Array(line.subarray(start, end)), id: JSON.parse(line.toString('utf8', start, end)) as string };
  }
  return known.id;
}

export function scanEntry(line: Buffer): EntryParts | null {
  bytes = line;
  limit = line.length;
  sawHighByte = false;
  const actorEnd = string(literal(text.osUser, filled(literal(text.name, string(literal(text.host, oneOf(doors, literal(text.actorDoor, 0))))))));
  const dataStart = literal(text.data, filled(literal(text.at, actorEnd)));
  const hashStart = dataStart === failed || bytes[dataStart] !== openBrace ? failed : object(dataStart, 0);
  const hashText = literal(text.hash, hashStart);
  const prevText = literal(text.prev, stringOrNull(literal(text.operation, hexDigest(hashText))));
  const seqText = literal(text.seq, hexDigest(prevText));
  const seqEnd = seqText === failed ? failed : number(seqText);
  const typeEnd = string(literal(text.type, stringOrNull(literal(text.subject, oneOf(stages, literal(text.stage, seqEnd))))));
  const workspaceText = literal(text.workspaceId, typeEnd);
  const workspaceEnd = string(workspaceText);
  if (workspaceEnd !== limit - 1 || bytes[workspaceEnd] !== closeBrace) return null;
  const seq = Number(line.toString('latin1', seqText, seqEnd));
  if (!Number.isSafeInteger(seq) || (sawHighByte && !isUtf8(line))) return null;
  return {
    seq, hashStart, prev: line.toString('latin1', prevText, prevText + 64), hash: line.toString('latin1', hashText, hashText + 64),
    workspaceId: workspaceIdAt(line, workspaceText, workspaceEnd),
  };
}
