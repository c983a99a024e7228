/** Documents of the person, not of a workspace: preferences and recently opened workspaces. */
import { join } from 'node:path';
import * as z from 'zod';
import { isConsoleError, preferencesSchema, type Preferences, type Snapshot } from '#contract';
import { isoNow, openDocument, withLock, type EngineContext } from '#engines/storage';

const preferencesDocument = preferencesSchema.extend({ schema: z.literal('sterownia.preferences/1') });
const recentSchema = z.object({
  schema: z.literal('sterownia.recent/1'),
  workspaces: z.array(z.object({ path: z.string(), name: z.string(), opened_at: z.string(), demo: z.boolean() })),
});

const recentKept = 10;

export interface Personal {
  preferences(): Preferences;
  savePreferences(change: Partial<Preferences>): Preferences;
  recent(): Snapshot['recent_workspaces'];
  remember(workspace: { readonly path: string; readonly name: string; readonly demo: boolean }): void;
}

type Tools = Pick<EngineContext, 'fs' | 'clock' | 'log'>;

export function openPersonal(tools: Tools, directory: string): Personal {
  const lock = <R>(work: () => R): R => withLock(join(directory, 'locks'), 'personal', { purpose: 'write preferences' }, work);
  const preferences = openDocument(tools, { path: join(directory, 'preferences.json'), schema: preferencesDocument, kind: 'sterownia.preferences/1', lock });
  const recent = openDocument(tools, { path: join(directory, 'recent.json'), schema: recentSchema, kind: 'sterownia.recent/1', lock });

  /** Preferences are a comfort: a damaged file means defaults, not a console that does not open. */
  const orDefault = <T>(read: () => T | null, fallback: T): T => {
    try {
      return read() ?? fallback;
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      tools.log.warn('personal document not usable', { error: error.message });
      return fallback;
    }
  };

  const strip = ({ schema: _schema, ...rest }: z.infer<typeof preferencesDocument>): Preferences => rest;

  return {
    preferences: () => orDefault<Preferences>(() => {
      const read = preferences.read();
      return read === null ? null : strip(read);
    }, preferencesSchema.parse({})),
    savePreferences: (change) => strip(preferences.update((current) => ({
      ...preferencesSchema.parse({}), ...current, ...change, schema: 'sterownia.preferences/1',
    }))),
    recent: () => [...orDefault(() => recent.read()?.workspaces ?? null, [])],
    remember: (workspace) => {
      try {
        recent.update((current) => ({
          schema: 'sterownia.recent/1',
          workspaces: [
            { path: workspace.path, name: workspace.name, opened_at: isoNow(tools.clock), demo: workspace.demo },
            ...(current?.workspaces ?? []).filter((known) => known.path !== workspace.path),
          ].slice(0, recentKept),
        }));
      } catch (error) {
        tools.log.warn('could not remember the workspace', { error: String(error) });
      }
    },
  };
}
