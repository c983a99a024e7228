/** Where the window was, kept across restarts; a window never comes back where no display shows it. */
import { join } from 'node:path';
import * as z from 'zod';
import { openDocument, withLock, type EngineContext, type JsonDocument } from '#engines/storage';

const edge = z.number().int().min(-100_000).max(100_000);
const boundsSchema = z.object({ x: edge, y: edge, width: z.number().int().min(1).max(100_000), height: z.number().int().min(1).max(100_000) });

export const windowStateSchema = z.looseObject({
  schema: z.literal('sterownia.window/1'),
  bounds: boundsSchema.nullable(),
  maximized: z.boolean(),
  /** Folder of the workspace that was open last; what a start without arguments opens. */
  workspace: z.string().max(4096).nullable(),
});
export type WindowState = Readonly<z.infer<typeof windowStateSchema>>;
export type Bounds = Readonly<z.infer<typeof boundsSchema>>;

export const defaultWindowState: WindowState = { schema: 'sterownia.window/1', bounds: null, maximized: false, workspace: null };
export const smallestSize = { width: 1024, height: 640 } as const;
const preferredSize = { width: 1440, height: 900 } as const;

export function openWindowState(context: Pick<EngineContext, 'fs' | 'clock' | 'log'>, directory: string): JsonDocument<WindowState> {
  const lock = <R>(work: () => R): R => withLock(directory, 'window', { ...context, purpose: 'window state' }, work);
  return openDocument(context, { path: join(directory, 'window.json'), schema: windowStateSchema, kind: 'sterownia.window/1', lock });
}

/** A title bar that can be grabbed: this much of the upper edge must be on a display. */
const visibleWidth = 120;
const visibleHeight = 40;

function reachable(bounds: Bounds, area: Bounds): boolean {
  const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const top = bounds.y >= area.y && bounds.y + visibleHeight <= area.y + area.height;
  return top && width >= visibleWidth;
}

function centred(size: { readonly width: number; readonly height: number }, area: Bounds): Bounds {
  const width = Math.min(size.width, area.width);
  const height = Math.min(size.height, area.height);
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
  };
}

/** The bounds to open with: the remembered ones where a display still shows them, else centred on the primary display. */
export function placeWindow(remembered: Bounds | null, workAreas: readonly Bounds[], primary: Bounds): Bounds {
  if (remembered === null) return centred(preferredSize, primary);
  const size = { width: Math.max(remembered.width, smallestSize.width), height: Math.max(remembered.height, smallestSize.height) };
  const wanted = { ...remembered, ...size };
  return workAreas.some((area) => reachable(wanted, area)) ? wanted : centred(size, primary);
}
