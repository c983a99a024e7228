/**
 * Promise: a signature that was given is never lost from the history, and a history that was changed is noticed: every
 * line carries the hash of the one before. A line that a crash cut off never counted and is removed by the next one.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { signOffRecordSchema, type SignOffRecord } from '#contract';
import { canonicalJson, jsonOf, readPlainFile } from '#engines/artifacts';
import { asConsoleError, isMissing, makeDirectories, syncDirectory, writeFully, type EngineContext } from '#engines/storage';
import type { GateEvidence } from './evidence.ts';
import { auditFolder } from './reports.ts';

export const historyPath = `${auditFolder}/signoffs/history.jsonl`;
const beginning = '0'.repeat(64);
const largestHistory = 512 * 1024 * 1024;

export interface History {
  readonly records: readonly SignOffRecord[];
  /** Lines that were changed, removed or put in. */
  readonly problems: readonly string[];
  /** Bytes up to the end of the last whole line. */
  readonly size: number;
}

const hashOf = (record: Omit<SignOffRecord, 'hash'>): string => createHash('sha256').update(canonicalJson(jsonOf(record)), 'utf8').digest('hex');

function parseLine(line: string): SignOffRecord | null {
  try {
    const parsed = signOffRecordSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function readHistory(context: EngineContext): History {
  let bytes: Buffer;
  try {
    bytes = readPlainFile(context.fs, join(context.root, historyPath), largestHistory);
  } catch (error) {
    if (isMissing(error)) return { records: [], problems: [], size: 0 };
    throw asConsoleError(error, 'read', historyPath);
  }
  const size = bytes.lastIndexOf(0x0a) + 1;
  const records: SignOffRecord[] = [];
  const problems: string[] = [];
  let prev = beginning;
  for (const [at, line] of bytes.subarray(0, size).toString('utf8').split('\n').slice(0, -1).entries()) {
    const record = parseLine(line);
    if (record === null) {
      problems.push(`line ${at + 1} cannot be read`);
      continue;
    }
    const { hash, ...rest } = record;
    if (hashOf(rest) !== hash) problems.push(`line ${at + 1} was changed`);
    if (record.prev !== prev || record.seq !== records.length + 1) problems.push(`line ${at + 1} does not follow the line before it`);
    records.push(record);
    prev = hash;
  }
  return { records, problems, size };
}

/** The history, held against the journal: one that was cut at its end, or taken away, still hangs together. */
export function provenHistory(context: EngineContext, { lastSigned }: GateEvidence): History {
  const history = readHistory(context);
  if (lastSigned === null || history.records.some(({ hash }) => hash === lastSigned)) return history;
  const problem = history.size === 0 ? 'it is gone, although the journal has signatures' : 'it ends before the last signature that the journal has';
  return { ...history, problems: [...history.problems, problem] };
}

export type NewRecord = Omit<SignOffRecord, 'schema' | 'seq' | 'prev' | 'hash'>;

function append(context: EngineContext, path: string, line: Buffer, size: number): void {
  const { fs } = context;
  const fd = fs.open(path, 'a', 0o644);
  try {
    if (fs.fstat(fd).size > size) fs.ftruncate(fd, size);
    try {
      writeFully(fs, fd, line);
      fs.fsync(fd);
    } catch (error) {
      // What may not have reached the disk must not count later. Where even this fails, the next start finds the line and completes it.
      fs.ftruncate(fd, size);
      throw error;
    }
  } finally {
    fs.close(fd);
  }
}

/** Call it under the lock of sign-offs, with the history as just read. Durable when it returns. */
export function appendRecord(context: EngineContext, history: History, input: NewRecord): SignOffRecord {
  const path = join(context.root, historyPath);
  const rest = { schema: 'sterownia.sign-off/1' as const, seq: history.records.length + 1, ...input, prev: history.records.at(-1)?.hash ?? beginning };
  const record: SignOffRecord = { ...rest, hash: hashOf(rest) };
  try {
    const directory = join(path, '..');
    makeDirectories(context.fs, directory);
    append(context, path, Buffer.from(`${canonicalJson(jsonOf(record))}\n`, 'utf8'), history.size);
    if (history.size === 0) syncDirectory(context.fs, directory);
  } catch (error) {
    throw asConsoleError(error, 'write', historyPath);
  }
  return record;
}
