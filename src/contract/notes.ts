/**
 * Sentences that results carry, as a closed list: the code and its facts travel beside the English text, so that the
 * window can say them in its own language. `{{name}}` stands for a fact. English text is made from this list alone.
 */
import * as z from 'zod';
import { errorCodes, isConsoleError, type ErrorCode } from './errors.ts';

export const noteTexts = {
  policy_key_unknown: '"{{key}}" is not known to this version and has no effect.',
  policy_gate_unknown: 'approval."{{operation}}" names no operation that can be gated.',
  policy_damaged: '{{path}} cannot be read. Until it is repaired every plan needs an approval.',
  policy_newer: '{{path}} was written by a newer version. Until it is replaced every plan needs an approval.',
  policy_entry_invalid: '{{field}} is not set up right and is left out: {{problem}}.',
  policy_rule_unreadable: 'protected_paths: "{{rule}}" is no pattern that can be read. Until it is repaired every plan needs an approval.',
  policy_rule_outside: 'protected_paths: "{{rule}}" lies outside of the workspace. Until it is repaired every plan needs an approval.',
  approval_policy_damaged: 'An approval is needed because the policy {{path}} cannot be read. Repair that file, or have the plan approved.',

  keyring_switched_off: 'The keyring of the operating system is not in use: STEROWNIA_KEYRING is set to {{mode}}. The device key is kept in a file that only this user may read, in {{folder}}.',
  keyring_silent: 'The keyring of the operating system is not in use: it gave no answer within {{milliseconds}} ms. The device key is kept in a file that only this user may read, in {{folder}}.',
  keyring_forgetful: 'The keyring of the operating system is not in use: it did not keep what was stored. The device key is kept in a file that only this user may read, in {{folder}}.',
  keyring_unavailable: 'The keyring of the operating system is not in use: {{system}}. The device key is kept in a file that only this user may read, in {{folder}}.',
  key_unusable: 'There is no device key to use: {{system}}',

  folder_not_writable: '{{path}} is not writable for this account',
  watching_by_looking: 'The system gives no news of changes; the folders are looked at every few seconds ({{system}})',

  loop_training: '{{jobs}} is being trained',
  loop_held_up: 'Nothing is started: {{reason}}',
  loop_job_held_up: '{{job}} is held up ({{reason}})',
  loop_failed: 'The background loop could not look at what is due: {{system}}',
  guardrails_in_force: 'In force: {{names}}',
  guardrails_unknown: 'Nobody knows: {{provider}} is {{state}}',

  protected_console: 'the console keeps its plans, trash and evidence here',
  protected_rule: 'protected by the rule {{rule}} of config/console.json',
  protected_trash_console: 'it holds files from a place where the console keeps its plans, trash and evidence',
  protected_trash_rule: 'it holds files from a place that is protected by the rule {{rule}} of config/console.json',

  drift_gone: 'is no longer there',
  drift_appeared: 'was not there when the plan was made',
  drift_kind: 'was a {{was}}, is a {{is}}',
  drift_replaced: 'was replaced by another one',
  drift_size: 'size was {{was}} bytes, is {{is}} bytes',
  drift_written: 'was written to since',
  drift_protected: 'protected by the rule {{rule}}',

  nothing_to_remove: 'There is nothing to remove.',
  nothing_to_archive: 'There is nothing to archive.',
  other_volume: '{{path}} lies on another volume than the folder of reports, and a rename does not get there. Name the folder of that volume as base_dir.',
  report_unreadable: 'Cannot be read: {{path}}',
  exists_already: '{{path}} exists already.',
  place_behind_link: '{{path}}: a link leads out of the destination folder.',
  place_is_destination: '{{path}}: it would take the place of the destination folder.',
  place_in_reports: '{{path}}: it would land in the reports folder.',
  place_in_console: '{{path}}: it would land in a place of the console itself.',
  place_taken: '{{path}}: another copy of this plan goes to the same place.',
  place_in_archive: '{{path}}: it would land inside of an archive that is complete.',
  place_held: '{{path}}: what stands there is no archive of this report, and is left as it is.',
  place_holds_more: '{{path}} lies in the archive that would be replaced, and is no part of it.',
  place_name_too_long: '{{path}}: the name is longer than the 255 bytes that a file system takes.',
  old_copy_stays: 'The old copy could not be moved away: {{path}} ({{system}})',

  refused: '{{path}}: the system refused it ({{system}})',
  stayed: '{{number}} that appeared meanwhile stayed, first {{path}}',
  not_destroyed: '{{number}} could not be destroyed: {{path}} ({{system}})',
  not_destroyed_in_trash: '{{number}} could not be destroyed and are in the trash: {{path}} ({{system}})',
  interrupted: 'interrupted by a crash',
  interrupted_left: 'interrupted; {{number}} of {{total}} were not removed',
  interrupted_archive: 'interrupted before it was archived',
  interrupted_emptying: 'interrupted before it was emptied',

  trash_interrupted_moving: 'interrupted while moving',
  trash_interrupted_destroying: 'interrupted while destroying',
  trash_no_document: 'the entry has no document; what it holds is in its folder',
  trash_content_missing: '{{path}} is neither in the trash nor at its place',
  trash_moving_in: 'something is being moved into it, or was when the console stopped; run "sterownia workspace check"',
} as const;

export type NoteText = keyof typeof noteTexts;

/** `failure` stands for an error of the contract: its code is in `error`, path and system code beside it where known. */
export const noteCodes = [...Object.keys(noteTexts), 'failure'] as readonly (NoteText | 'failure')[];

export const noteSchema = z.object({
  /** One of {@link noteCodes}; text, so that documents of a newer version can still be read. */
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Note = Readonly<z.infer<typeof noteSchema>>;

/** Texts are kept for people; `notes` say the same as codes. Absent where the text has no code, and in older documents. */
export const notesField = z.array(noteSchema).optional();

type Facts<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Facts<Rest> : never;
type Params<C extends NoteText> = [Facts<(typeof noteTexts)[C]>] extends [never] ? [] : [Readonly<Record<Facts<(typeof noteTexts)[C]>, string | number>>];

/** A note with exactly the facts that its sentence names. */
export function note<C extends NoteText>(code: C, ...params: Params<C>): Note {
  return { code, params: { ...params[0] } };
}

const isNoteText = (code: string): code is NoteText => Object.hasOwn(noteTexts, code);

const filled = (text: string, params: Note['params']): string => text.replaceAll(/\{\{(\w+)\}\}/gu, (_all, name: string) => String(params[name] ?? ''));

/** The English sentence of a note that has one in the list; a failure is told by its code. */
export const noteText = ({ code, params }: Note): string => (isNoteText(code) ? filled(noteTexts[code], params) : String(params['error'] ?? code));

/** Text and notes of a problem, as results and targets hold them. */
export const said = (...notes: readonly Note[]): { readonly error: string; readonly notes: Note[] } => ({ error: notes.map(noteText).join('; '), notes: [...notes] });

const systemOf = (error: unknown): string | null => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null);

/** What was thrown, as a note: the code of the contract with its path, or the system's own code at the path that was worked on. */
export function failureNote(error: unknown, path?: string): Note {
  if (!isConsoleError(error)) return path === undefined ? { code: 'failure', params: { error: 'INTERNAL' satisfies ErrorCode } } : note('refused', { path, system: systemOf(error) ?? String(error) });
  const facts = ['path', 'system', 'rule', 'owner', 'needed_bytes', 'free_bytes'].flatMap((name) => {
    const value = error.details[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
  });
  return { code: 'failure', params: { error: error.code, ...Object.fromEntries(facts) } };
}

/** True for the code of an error as a note carries it. */
export const isErrorCode = (text: unknown): text is ErrorCode => typeof text === 'string' && (errorCodes as readonly string[]).includes(text);
