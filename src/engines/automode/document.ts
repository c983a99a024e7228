/**
 * `var/console/automode.json`: pause, kill switch, and the guardrails that are in force.
 *
 * Promise: reading never writes. What cannot be read is never taken for "nothing is held up". Readers see the old
 * document or the new one; a damaged one is kept beside the new one.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { isConsoleError } from '#contract';
import {
  isMissing, isoNow, makeDirectories, openDocument, readFully, replaceFile, syncDirectory, systemCode, withLock, writeFully, type EngineContext,
} from '#engines/storage';
import { placeOf } from '#engines/workspace';

export const automodeFile = 'var/console/automode.json';
const kind = 'sterownia.automode/1';

const pause = z.object({ until: z.string().nullable(), reason: z.string().nullable(), by: z.string(), at: z.string() });
const killSwitch = z.object({ reason: z.string(), by: z.string(), at: z.string() });

/** What was in force when guardrails were last looked at by a console that may write. */
const latches = z.object({
  state: z.enum(['ok', 'active', 'unknown', 'off']),
  since: z.string().nullable(),
  /** The degradation of exchanges is in force until it has fallen to its release. */
  exchange: z.object({ since: z.string(), score: z.number().nullable() }).nullable(),
  triggers: z.array(z.object({ name: z.string(), since: z.string() })),
});
export type Latches = Readonly<z.infer<typeof latches>>;

export const automodeDocumentSchema = z.object({
  schema: z.literal(kind),
  pause: pause.nullable(),
  kill_switch: killSwitch.nullable(),
  latches,
});
export type AutomodeDocument = Readonly<z.infer<typeof automodeDocumentSchema>>;
export type Pause = NonNullable<AutomodeDocument['pause']>;
export type KillSwitch = NonNullable<AutomodeDocument['kill_switch']>;

export const noLatches: Latches = { state: 'off', since: null, exchange: null, triggers: [] };
export const emptyDocument: AutomodeDocument = { schema: kind, pause: null, kill_switch: null, latches: noLatches };

export type DocumentReading =
  | { readonly state: 'ok' | 'missing'; readonly document: AutomodeDocument; readonly revision: string | null; readonly problem: null }
  | { readonly state: 'corrupt' | 'newer' | 'unreadable'; readonly document: null; readonly revision: string | null; readonly problem: string };

const pathOf = (context: Pick<EngineContext, 'root'>): string => join(context.root, automodeFile);

export const revisionOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const documentBytes = (document: AutomodeDocument): Buffer => Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8');

/** Never throws for what the file holds. */
export function readAutomode(context: EngineContext): DocumentReading {
  const path = pathOf(context);
  const document = openDocument<AutomodeDocument>(context, { path, schema: automodeDocumentSchema, kind, lock: (work) => work() });
  try {
    const found = document.read();
    if (found === null) return { state: 'missing', document: emptyDocument, revision: null, problem: null };
    return { state: 'ok', document: found, revision: revisionOf(documentBytes(found)), problem: null };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    const state = error.code === 'DOCUMENT_CORRUPT' ? 'corrupt' : error.code === 'DOCUMENT_NEWER' ? 'newer' : 'unreadable';
    return { state, document: null, revision: null, problem: error.message };
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
