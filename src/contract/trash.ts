/** The trash: where delete and purge put things, and how they come back. */
import * as z from 'zod';
import { actorSchema, instant, page, pageInfoSchema } from './common.ts';
import { notesField } from './notes.ts';
import { planViewSchema } from './plans.ts';
import { cli, operation } from './table.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{5,63}$/, 'an id as printed by "trash list"').describe('id of the trash entry');

export const trashEntrySchema = z.object({
  id: z.string(),
  plan_id: z.string().nullable(),
  operation: z.string(),
  created_at: instant,
  keep_until: instant.nullable(),
  actor: actorSchema,
  base: z.string(),
  location: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  status: z.enum(['present', 'partly_restored', 'incomplete', 'unreadable']),
  problem: z.string().nullable(),
  problem_notes: notesField,
});
export type TrashEntry = Readonly<z.infer<typeof trashEntrySchema>>;

export const trashItemSchema = z.object({
  original_path: z.string(),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  size: z.number(),
  modified_at: z.string(),
  present: z.boolean(),
});

export const trashOperations = {
  'trash.list': operation({
    kind: 'query',
    summary: 'What is in the trash, newest first.',
    input: z.object({ ...page }).strict(),
    output: z.object({
      entries: z.array(trashEntrySchema),
      totals: z.object({ entries: z.number().int(), files: z.number().int(), bytes: z.number() }),
      pagination: pageInfoSchema,
    }),
    cli: cli('trash', 'list', [], 'trash list'),
  }),
  'trash.show': operation({
    kind: 'query',
    summary: 'The files of one trash entry with the places they came from.',
    input: z.object({ id, ...page }).strict(),
    output: z.object({ entry: trashEntrySchema, items: z.array(trashItemSchema), pagination: pageInfoSchema }),
    errors: ['NOT_FOUND', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('trash', 'show', ['id'], 'trash show ENTRY'),
  }),
  'trash.restore': operation({
    kind: 'command',
    summary: 'Put the content of a trash entry back where it was; nothing that stands there is overwritten.',
    input: z.object({
      id,
      path: z.array(z.string()).default([]).describe('only this original path; may be given several times'),
      on_conflict: z.enum(['ask', 'keep_both', 'replace', 'skip']).default('ask')
        .describe('ask refuses and lists conflicts; keep_both restores under a new name; replace moves the present file to the trash'),
    }).strict(),
    output: z.object({
      id: z.string(),
      status: z.enum(['completed', 'partial_failure', 'error', 'cancelled']),
      restored: z.number().int(),
      skipped: z.number().int(),
      failed: z.number().int(),
      files: z.number().int(),
      bytes: z.number(),
      replaced_trash_id: z.string().nullable(),
      conflicts: z.array(z.object({ path: z.string(), kept_as: z.string().nullable(), error: z.string().nullable(), notes: notesField })),
      evidence: z.array(z.string()),
    }),
    errors: ['NOT_FOUND', 'CONFLICT', 'PATH_OUTSIDE_ROOT', 'INTEGRITY', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    long: true,
    cli: cli('trash', 'restore', ['id'], 'trash restore ENTRY'),
  }),
  'trash.empty': operation({
    kind: 'plan',
    summary: 'Plan to empty the trash for good: all of it, one entry, or what is past its keeping time.',
    input: z.object({
      id: z.array(id).default([]).describe('only this entry; may be given several times'),
      expired_only: z.boolean().default(false).describe('only entries past their keeping time'),
    }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PROTECTED'],
    long: true,
    cli: cli('trash', 'empty', [], 'trash empty --expired-only --dry-run'),
  }),
} as const;
