/** The console as a whole: the snapshot that a window starts from, preferences, notifications, workspaces. */
import * as z from 'zod';
import { actorSchema, instant } from './common.ts';
import { keyStatusSchema, verificationSchema } from './journal.ts';
import { notesField } from './notes.ts';
import { roles, cli, operation } from './table.ts';
import { reportFilterSchema } from './reports.ts';
import { consoleConfigSchema, workspaceInfoSchema } from './workspace.ts';

export const severities = ['ok', 'attention', 'blocked', 'unknown'] as const;
export type Severity = (typeof severities)[number];

/** `kind` selects the translated text, `params` fills it; `address` is a deep link. Critical ones stay until seen. */
export const notificationSchema = z.object({
  id: z.string(),
  at: instant,
  kind: z.string(),
  severity: z.enum(severities),
  critical: z.boolean(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  address: z.string().nullable(),
  /** How many equal ones were folded into this one. */
  count: z.number().int(),
  seen: z.boolean(),
});
export type Notification = Readonly<z.infer<typeof notificationSchema>>;

export const languages = ['en', 'pl'] as const;
export const themes = ['system', 'light', 'dark'] as const;

/** What a person may set; without defaults, so that a change names only what it changes. */
const preferenceFields = {
  language: z.enum(languages).nullable().describe('language of the window; null follows the system'),
  theme: z.enum(themes).describe('theme of the window'),
  density: z.enum(['comfortable', 'compact']).describe('height of table rows'),
  page_size: z.union([z.literal(25), z.literal(50), z.literal(100)]).describe('rows per page'),
  tables: z.record(z.string(), z.object({ hidden: z.array(z.string()), widths: z.record(z.string(), z.number()) }))
    .describe('per table: hidden columns, and widths in pixels'),
  last_filter: reportFilterSchema.nullable().describe('filters to open ReportCenter with'),
  last_address: z.string().max(2000).nullable().describe('page to open with'),
};

/** Preferences of one person on one host, kept across restarts and workspaces. */
export const preferencesSchema = z.object({
  language: preferenceFields.language.default(null),
  theme: preferenceFields.theme.default('system'),
  density: preferenceFields.density.default('comfortable'),
  page_size: preferenceFields.page_size.default(50),
  tables: preferenceFields.tables.default({}),
  last_filter: preferenceFields.last_filter.default(null),
  last_address: preferenceFields.last_address.default(null),
});
export type Preferences = Readonly<z.infer<typeof preferencesSchema>>;

export const loopSchema = z.object({
  name: z.string(),
  severity: z.enum(severities),
  detail: z.string().nullable(),
  detail_notes: notesField,
  next_at: instant.nullable(),
});

/** What a window starts from. Later changes come as `console.delta` events with whole new values of top-level keys. */
export const snapshotSchema = z.object({
  revision: z.number().int(),
  workspace: workspaceInfoSchema,
  actor: actorSchema,
  role: z.enum(roles),
  host_kind: z.enum(['electron', 'headless', 'cli']),
  versions: z.record(z.string(), z.string()),
  preferences: preferencesSchema,
  policy: consoleConfigSchema,
  policy_problems: z.array(z.string()),
  policy_problem_notes: notesField,
  key: keyStatusSchema,
  verification: verificationSchema.pick({ status: true, entries: true, verified_at: true }).nullable(),
  notifications: z.array(notificationSchema),
  plans_waiting: z.number().int(),
  trash: z.object({ entries: z.number().int(), bytes: z.number() }),
  reports_revision: z.number().int(),
  loops: z.array(loopSchema),
  /** Things on a page that need a person, as far as the background loop has seen; 0 in hosts without one. */
  needs: z.object({ models: z.number().int(), automode: z.number().int() }),
  recent_workspaces: z.array(z.object({ path: z.string(), name: z.string(), opened_at: instant, demo: z.boolean() })),
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;

export const consoleOperations = {
  'console.snapshot': operation({
    kind: 'query',
    summary: 'Everything a window needs to start, with the revision that later events continue.',
    input: z.object({}).strict(),
    output: snapshotSchema,
    cli: cli('console', 'snapshot', [], 'console snapshot'),
  }),
  'console.save_preferences': operation({
    kind: 'command',
    summary: 'Change preferences of the current person, for example language or theme.',
    role: 'viewer',
    input: z.object(preferenceFields).partial().strict(),
    output: preferencesSchema,
    errors: ['DOCUMENT_NEWER', 'REVISION_CONFLICT'],
    cli: cli('console', 'save-preferences', [], 'console save-preferences --theme dark'),
  }),
  'console.notifications': operation({
    kind: 'query',
    summary: 'Notifications, newest first.',
    input: z.object({}).strict(),
    output: z.object({ notifications: z.array(notificationSchema) }),
    cli: cli('console', 'notifications', [], 'console notifications'),
  }),
  'console.mark_seen': operation({
    kind: 'command',
    summary: 'Mark notifications as seen; without an id all of them.',
    role: 'viewer',
    input: z.object({ id: z.array(z.string().max(100)).default([]).describe('notification; may be given several times') }).strict(),
    output: z.object({ notifications: z.array(notificationSchema) }),
    cli: cli('console', 'mark-seen', [], 'console mark-seen'),
  }),
  'console.open_workspace': operation({
    kind: 'command',
    summary: 'Open another workspace in the running console, or remember it for the next start.',
    role: 'viewer',
    input: z.object({ path: z.string().max(4096).optional().describe('folder; without it the desktop console shows a chooser') }).strict(),
    output: z.object({ workspace: workspaceInfoSchema.nullable() }),
    errors: ['NOT_FOUND', 'PATH_INVALID', 'NOT_SUPPORTED_HERE', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('console', 'open-workspace', ['path'], 'console open-workspace .'),
  }),
  'console.open_folder': operation({
    kind: 'query',
    summary: 'Show the folder of a report in the file manager; where there is none, give its path.',
    input: z.object({ relative_path: z.string().max(4096).describe('identifier of the report') }).strict(),
    output: z.object({ path: z.string(), opened: z.boolean() }),
    errors: ['NOT_FOUND', 'PATH_INVALID', 'PATH_OUTSIDE_ROOT'],
    cli: cli('console', 'open-folder', ['relative_path'], 'console open-folder daily/2026-11-01'),
  }),
} as const;
