/** The id that ties plans, journal entries and trash to one workspace. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import * as z from 'zod';
import { noteText, type Note, type WorkspaceInfo } from '#contract';
import { isMissing, isoNow, openDocument, type EngineContext } from '#engines/storage';
import { locked, placeOf } from './layout.ts';

const identitySchema = z.object({ schema: z.literal('sterownia.workspace/1'), id: z.string().min(8), created_at: z.string() });

const documentOf = (context: EngineContext) => openDocument(context, {
  path: placeOf(context, 'identity'),
  schema: identitySchema,
  kind: 'sterownia.workspace/1',
  lock: (work) => locked(context, 'documents', { purpose: 'write workspace identity' }, work),
});

/** Before anything was written the id is already fixed by host and place, so that queries need not write. */
const provisional = (context: EngineContext): string =>
  `ws-${createHash('sha256').update(`${hostname()}\0${context.root}`).digest('hex').slice(0, 16)}`;

export function workspaceId(context: EngineContext): string {
  return documentOf(context).read()?.id ?? provisional(context);
}

/** The id, written down on the first change, so that it stays when the workspace is moved or copied to another host. */
export function ensureWorkspaceId(context: EngineContext): string {
  const document = documentOf(context);
  const known = document.read();
  if (known) return known.id;
  return document.update((current) => current ?? { schema: 'sterownia.workspace/1', id: provisional(context), created_at: isoNow(context.clock) }).id;
}

function exists(context: EngineContext, path: string): boolean {
  try {
    context.fs.lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function workspaceInfo(context: EngineContext, readOnly: Note | null = null): WorkspaceInfo {
  return {
    id: workspaceId(context),
    path: context.root,
    name: basename(context.root),
    demo: exists(context, placeOf(context, 'demoMarker')),
    host: hostname(),
    read_only: readOnly === null ? null : noteText(readOnly),
    ...(readOnly === null ? {} : { read_only_notes: [readOnly] }),
  };
}
