/** The journal: one hash-chained record of everything that was meant to happen and was seen to happen. */
import * as z from 'zod';
import { actorSchema, instant, reason } from './common.ts';
import { notesField } from './notes.ts';
import { cli, operation } from './table.ts';

/**
 * One line of `audit/journal/NNNNNN.jsonl`, canonical JSON (RFC 8785). `hash` is the SHA-256 of the canonical JSON of
 * the entry without `hash`; `prev` is the `hash` of entry `seq - 1`, or 64 zeros for the first.
 */
export const journalEntrySchema = z.object({
  schema: z.literal('sterownia.journal/1'),
  seq: z.number().int(),
  at: instant,
  workspace_id: z.string(),
  actor: actorSchema,
  type: z.string(),
  /** intent: before the first change. outcome: what was observed after. note: a fact without a change. */
  stage: z.enum(['intent', 'outcome', 'note']),
  operation: z.string().nullable(),
  /** Joins intent and outcome of one act, for example a plan id. */
  subject: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  prev: z.string(),
  hash: z.string(),
});
export type JournalEntry = Readonly<z.infer<typeof journalEntrySchema>>;

export const journalFindingSchema = z.object({
  kind: z.enum([
    'edited', 'removed', 'reordered', 'inserted', 'cut_off', 'unreadable', 'incomplete_line', 'checkpoint_invalid', 'checkpoint_unknown_key',
    'pin_mismatch', 'missing_segment', 'foreign_workspace',
  ]),
  segment: z.string().nullable(),
  line: z.number().int().nullable(),
  seq: z.number().int().nullable(),
  message: z.string(),
});
export type JournalFinding = Readonly<z.infer<typeof journalFindingSchema>>;

export const keyStatusSchema = z.object({
  storage: z.enum(['keyring', 'file', 'none']),
  key_id: z.string().nullable(),
  /** Why the keyring is not in use; null when it is. Shown as a warning. */
  warning: z.string().nullable(),
  warning_notes: notesField,
});
export type KeyStatus = Readonly<z.infer<typeof keyStatusSchema>>;

export const verificationSchema = z.object({
  status: z.enum(['verified', 'broken', 'empty']),
  entries: z.number().int(),
  segments: z.number().int(),
  first_seq: z.number().int().nullable(),
  last_seq: z.number().int().nullable(),
  head: z.string().nullable(),
  checkpoints: z.number().int(),
  /** Entries after the last good checkpoint: chained, but not yet signed. */
  unsigned_tail: z.number().int(),
  pinned_seq: z.number().int().nullable(),
  key: keyStatusSchema,
  findings: z.array(journalFindingSchema),
  verified_at: instant,
});
export type Verification = Readonly<z.infer<typeof verificationSchema>>;

export const journalOperations = {
  'journal.list': operation({
    kind: 'query',
    summary: 'Entries of the journal, newest first.',
    input: z.object({
      limit: z.number().int().min(1).max(1000).default(100).describe('entries to return, 1 to 1000'),
      before: z.number().int().min(1).optional().describe('only entries with a smaller sequence number'),
      type: z.array(z.string().max(100)).default([]).describe('only entries of this type; may be given several times'),
      subject: z.string().max(200).optional().describe('only entries of this act, for example a plan id'),
      query: z.string().max(200).optional().describe('text to find anywhere in the entry'),
      since: z.string().optional().describe('only entries at or after this ISO 8601 date or instant'),
      until: z.string().optional().describe('only entries up to this ISO 8601 date (whole day included) or instant'),
    }).strict(),
    output: z.object({ entries: z.array(journalEntrySchema), has_more: z.boolean(), last_seq: z.number().int().nullable() }),
    cli: cli('journal', 'list', [], 'journal list --limit 20'),
  }),
  'journal.show': operation({
    kind: 'query',
    summary: 'One entry of the journal and the entries of the same act.',
    input: z.object({ seq: z.number().int().min(1).describe('sequence number') }).strict(),
    output: z.object({ entry: journalEntrySchema, related: z.array(journalEntrySchema) }),
    errors: ['NOT_FOUND', 'INTEGRITY'],
    cli: cli('journal', 'show', ['seq'], 'journal show 1'),
  }),
  'journal.verify': operation({
    kind: 'query',
    summary: 'Verify every hash and signature of the journal and name the entry that was changed, removed, reordered or cut off.',
    input: z.object({}).strict(),
    output: verificationSchema,
    long: true,
    cli: cli('journal', 'verify', [], 'journal verify'),
  }),
  'journal.accept': operation({
    kind: 'command',
    summary: 'Accept the journal as it is, after an older backup was put back; signs it anew and says so in the journal.',
    input: z.object({ reason: reason.describe('why the journal is accepted, at least 10 characters') }).strict(),
    output: verificationSchema,
    errors: ['INTEGRITY', 'NOT_FOUND'],
    role: 'admin',
    long: true,
    cli: cli('journal', 'accept', [], 'journal accept --reason "restored from the backup of Friday"'),
  }),
} as const;
