/**
 * A trash entry on disk: `var/trash/<id>/entry.json` (small, with the phase), `items.json` (everything that was moved)
 * and the content below `content/<root>/…`, on the same volume as its origin; see `places.ts`.
 *
 * Phases: `moving` from before the first rename, `kept` once every rename was seen to happen, `destroying` from the
 * point of no return. An entry found `moving` or `destroying` without a living owner was left by a crash; recovery
 * reverts the first and completes the second.
 */
import { join, sep } from 'node:path';
import * as z from 'zod';
import { actorSchema, ConsoleError, type Actor } from '#contract';
import { asConsoleError, isMissing, openDocument, readFully, replaceFile, type EngineContext } from '#engines/storage';
import { locked, placeOf } from '#engines/workspace';
import { entryDirectory, placesFor, readPlaces, writtenPlaces } from './places.ts';

const kind = z.enum(['file', 'directory', 'link', 'other']);

export const entrySchema = z.object({
  /** The first form had absolute places only. */
  schema: z.enum(['sterownia.trash/1', 'sterownia.trash/2']),
  id: z.string(),
  plan_id: z.string().nullable(),
  workspace_id: z.string(),
  operation: z.string(),
  created_at: z.string(),
  keep_until: z.string().nullable(),
  actor: actorSchema,
  /** Folders that the items came from; items name them by position. Absolute in memory, in the document where they can be relative to the workspace. */
  roots: z.array(z.object({ path: z.string(), content: z.string() })),
  files: z.number().int(),
  bytes: z.number(),
  phase: z.enum(['moving', 'kept', 'destroying']),
});
export type TrashDocument = Readonly<z.infer<typeof entrySchema>>;

/** `tree`: the folder was moved whole by one rename. Paths are relative to the root, `/`-separated. */
const moveSchema = z.object({ root: z.number().int(), path: z.string(), tree: z.boolean(), target: z.number().int() });
export type TrashMove = Readonly<z.infer<typeof moveSchema>>;

const itemSchema = z.object({
  root: z.number().int(), path: z.string(), kind, size: z.number(), mtime_ns: z.string(), mode: z.number().int(), ino: z.string(),
});
export type TrashItem = Readonly<z.infer<typeof itemSchema>>;

export const itemsSchema = z.object({
  schema: z.literal('sterownia.trash-items/1'),
  moves: z.array(moveSchema),
  /** Every file, link and other thing that is moved, and every folder that is moved or removed. */
  items: z.array(itemSchema),
});
export type TrashItems = Readonly<z.infer<typeof itemsSchema>>;

export interface TrashRequest {
  readonly id: string;
  readonly planId: string | null;
  readonly workspaceId: string;
  readonly operation: string;
  readonly actor: Actor;
  readonly createdAt: string;
  readonly keepUntil: string | null;
  readonly roots: readonly string[];
  readonly moves: readonly TrashMove[];
  readonly items: readonly TrashItem[];
  /** What {@link manifestBytes} gives for these moves and items, where it was made ahead. */
  readonly manifest?: Uint8Array;
}

export interface OpenEntry {
  readonly document: TrashDocument;
  readonly items: TrashItems;
}

const entryPath = (context: EngineContext, id: string): string => join(entryDirectory(context, id), 'entry.json');
const itemsPath = (context: EngineContext, id: string): string => join(entryDirectory(context, id), 'items.json');

/** Most paths are in order already; putting them in order all the same would be half of the work of a large removal. */
const below = (folder: string, path: string): string =>
  (path === '' ? folder : sep !== '/' || folder === '/' || path.startsWith('.') ? join(folder, path) : `${folder}/${path}`);

export const originOf = (document: TrashDocument, thing: { readonly root: number; readonly path: string }): string =>
  below(rootOf(document, thing.root).path, thing.path);

export const trashedOf = (document: TrashDocument, thing: { readonly root: number; readonly path: string }): string =>
  below(rootOf(document, thing.root).content, thing.path);

function rootOf(document: TrashDocument, root: number): TrashDocument['roots'][number] {
  const found = document.roots[root];
  if (found) return found;
  throw new ConsoleError('DOCUMENT_CORRUPT', `Trash entry ${document.id} names a root that it does not have.`, {
    remedy: 'Run "sterownia workspace check".', details: { id: document.id, root },
  });
}

/** The text of `items.json`. */
export const manifestBytes = (moves: readonly TrashMove[], items: readonly TrashItem[]): Uint8Array =>
  Buffer.from(`${JSON.stringify({ schema: 'sterownia.trash-items/1', moves, items })}\n`);

function totalsOf(items: readonly TrashItem[]): Pick<TrashDocument, 'files' | 'bytes'> {
  let files = 0;
  let bytes = 0;
  for (const item of items) {
    if (item.kind === 'directory') continue;
    files += 1;
    bytes += item.size;
  }
  return { files, bytes };
}

/** Writes down what is about to be moved, durably, before anything moves. */
export function prepareEntry(context: EngineContext, request: TrashRequest): OpenEntry {
  const places = findPlaces(context, request);
  const document: TrashDocument = {
    schema: 'sterownia.trash/2',
    id: request.id,
    plan_id: request.planId,
    workspace_id: request.workspaceId,
    operation: request.operation,
    created_at: request.createdAt,
    keep_until: request.keepUntil,
    actor: request.actor,
    roots: places,
    ...totalsOf(request.items),
    phase: 'moving',
  };
  const items: TrashItems = { schema: 'sterownia.trash-items/1', moves: [...request.moves], items: [...request.items] };
  try {
    replaceFile(context.fs, itemsPath(context, request.id), request.manifest ?? manifestBytes(request.moves, request.items));
  } catch (error) {
    throw asConsoleError(error, 'write the trash manifest', itemsPath(context, request.id));
  }
  documentOf(context, request.id).update(() => ({ ...document, roots: writtenPlaces(context, places) }));
  return { document, items };
}

function findPlaces(context: EngineContext, { id, roots }: TrashRequest): TrashDocument['roots'] {
  try {
    return placesFor(context, id, roots);
  } catch (error) {
    throw asConsoleError(error, 'find a place for the trash entry', entryDirectory(context, id));
  }
}

const documentOf = (context: EngineContext, id: string) => openDocument(context, {
  path: entryPath(context, id),
  schema: entrySchema,
  kind: 'sterownia.trash/2',
  lock: (work) => locked(context, 'documents', { purpose: 'write a trash entry' }, work),
});

/** Null where there is none. Refuses a document that is not this entry's, and content that is not its own. */
export function readEntry(context: EngineContext, id: string): TrashDocument | null {
  const document = documentOf(context, id).read();
  if (document === null) return null;
  if (document.id === id) return { ...document, roots: readPlaces(context, id, document.roots) };
  throw new ConsoleError('INTEGRITY', `The folder of trash entry ${id} holds the document of another one, ${document.id}. Nothing was changed.`, {
    remedy: 'Give the folder its own name back, or take out by hand what is in it.', details: { id, found: document.id },
  });
}

export function readItems(context: EngineContext, id: string): TrashItems {
  const path = itemsPath(context, id);
  try {
    return itemsSchema.parse(JSON.parse(readFully(context.fs, path).toString('utf8')));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      throw new ConsoleError('DOCUMENT_CORRUPT', `${path} cannot be read: ${error.message}`, {
        remedy: 'The content is still in the folder "content" beside it; restore it by hand.', details: { path }, cause: error,
      });
    }
    throw asConsoleError(error, 'read', path);
  }
}

export function openEntry(context: EngineContext, id: string): OpenEntry {
  const document = readEntry(context, id);
  if (document === null) {
    throw new ConsoleError('NOT_FOUND', `There is no trash entry "${id}".`, { remedy: 'See "sterownia trash list".', details: { field: 'id', id } });
  }
  return { document, items: readItems(context, id) };
}

export function setPhase(context: EngineContext, id: string, phase: TrashDocument['phase'], totals?: { readonly files: number; readonly bytes: number }): void {
  documentOf(context, id).update((current) => {
    if (current === null) throw new ConsoleError('DOCUMENT_CORRUPT', `Trash entry ${id} lost its document.`, { remedy: 'Run "sterownia workspace check".', details: { id } });
    return { ...current, ...totals, phase };
  });
}

/** Ids of all entries, newest first. */
export function entryIds(context: EngineContext): readonly string[] {
  try {
    return context.fs.readdir(placeOf(context, 'trash')).filter((entry) => entry.kind === 'directory').map((entry) => entry.name).sort().reverse();
  } catch (error) {
    if (isMissing(error)) return [];
    throw asConsoleError(error, 'read', placeOf(context, 'trash'));
  }
}
