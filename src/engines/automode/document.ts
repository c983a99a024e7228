/**
 * `var/console/automode.json`: pause, kill switch, and the guardrails that are in force, on disk.
 *
 * Promise: reading never writes. What cannot be read is never taken for "nothing is held up". Readers see the old
 * document or the new one; a damaged one is kept beside the new one.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isConsoleError } from '#contract';
import {
  isMissing, isoNow, makeDirectories, openDocument, readFully, replaceFile, syncDirectory, systemCode, withLock, writeFully, type EngineContext,
} from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { automodeDocumentSchema, documentKind, emptyDocument, type AutomodeDocument } from './documentSchema.ts';
import { recordedState, type RecordedParts } from './recorded.ts';

export { automodeDocumentSchema, emptyDocument, type AutomodeDocument, type KillSwitch, type Latches, type Pause } from './documentSchema.ts';

export const automodeFile = 'var/console/automode.json';

export type DocumentReading =
  | { readonly state: 'ok' | 'missing'; readonly document: AutomodeDocument; readonly revision: string | null; readonly problem: null }
  | { readonly state: 'corrupt' | 'newer' | 'unreadable'; readonly document: null; readonly revision: string | null; readonly problem: string };

const pathOf = (context: Pick<EngineContext, 'root'>): string => join(context.root, automodeFile);

export const revisionOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const documentBytes = (document: AutomodeDocument): Buffer => Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');

const unreadable = (error: unknown): DocumentReading => {
  if (!isConsoleError(error)) throw error;
  const state = error.code === 'DOCUMENT_CORRUPT' ? 'corrupt' : error.code === 'DOCUMENT_NEWER' ? 'newer' : 'unreadable';
  return { state, document: null, revision: null, problem: error.message };
};

/** Never throws for what the file holds. Where there is none, what the journal knows last stands in for it. */
export function readAutomode(parts: RecordedParts): DocumentReading {
  const { context } = parts;
  const document = openDocument<AutomodeDocument>(context, { path: pathOf(context), schema: automodeDocumentSchema, kind: documentKind, lock: (work) => work() });
  try {
    const found = document.read();
    if (found !== null) return { state: 'ok', document: found, revision: revisionOf(documentBytes(found)), problem: null };
    return { state: 'missing', document: recordedState(parts) ?? emptyDocument, revision: null, problem: null };
  } catch (error) {
    return unreadable(error);
  }
}

export const lockedAutomode = <T>(context: EngineContext, purpose: string, work: () => T): T =>
  withLock(placeOf(context, 'locks'), 'automode', { purpose }, work);

/** Keeps a damaged file under a name of its own; the file itself stays until it is replaced. Returns the new path. */
export function keepDamagedAside(context: EngineContext): string | null {
  const { fs } = context;
  const path = pathOf(context);
  const stem = `${path}.corrupt-${isoNow(context.clock).replaceAll(/[-:]/gu, '')}`;
  let bytes: Buffer;
  try {
    bytes = readFully(fs, path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  for (let copy = 1; ; copy += 1) {
    const aside = copy === 1 ? stem : `${stem}-${copy}`;
    try {
      const fd = fs.open(aside, 'wx');
      try {
        writeFully(fs, fd, bytes);
        fs.fsync(fd);
      } finally {
        fs.close(fd);
      }
      syncDirectory(fs, dirname(path));
      context.log.warn('kept a damaged state of AutoMode aside', { path, aside });
      return aside;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

export function writeAutomode(context: EngineContext, document: AutomodeDocument): void {
  makeDirectories(context.fs, dirname(pathOf(context)));
  replaceFile(context.fs, pathOf(context), documentBytes(document));
}
