/** What the earlier gate answered, replayed, without four eyes, of which it knew nothing. Where ours is stricter the entries are named one by one, with the reason. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gate, openEvidence, pendingSignOffs } from '#engines/signoffs';
import { testWorkspace } from '../support/workspace.ts';
import { configWith } from './support.ts';

interface Entry { readonly category: string; readonly status: string; readonly report_path: string }
interface Call {
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly return: Readonly<Record<string, readonly Entry[]>> | null;
  readonly error: { readonly type: string; readonly missing?: Readonly<Record<string, number>> } | null;
}
interface Case {
  readonly id: string;
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly mtime: string; readonly json?: unknown; readonly text?: string; readonly hex?: string }[];
  readonly calls: readonly Call[];
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/signoffs.json'), 'utf8')) as { readonly cases: readonly Case[] };

/** Reports that the earlier gate let pass, per case: it could not tell, and said nothing. */
const stricter: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  G008: { 'm_1.json': 'no status, but missing features' },
  G011: { 'd_05.json': 'score is null', 'd_06.json': 'threshold is null', 'd_09.json': 'score is no number' },
  G015: { 'st_04.json': 'waived without an end' },
};

const asked = cases.flatMap((one) => one.calls.filter((call) => call.call === 'collect_pending_compliance_sign_offs' && call.return !== null).map((call) => [`${one.id} ${one.title}`, one, call] as const));

function open(one: Case): ReturnType<typeof testWorkspace> {
  const workspace = testWorkspace();
  for (const file of one.files) {
    const path = workspace.put(file.path, file.text ?? JSON.stringify(file.json ?? null, null, 2));
    if (file.hex !== undefined) writeFileSync(path, Buffer.from(file.hex, 'hex'));
    utimesSync(path, new Date(file.mtime), new Date(file.mtime));
  }
  return workspace;
}

const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const lines = (entries: readonly { readonly category: string; readonly status: string; readonly path: string }[]): readonly string[] =>
  entries.map((entry) => `${name(entry.path)} ${entry.category} ${entry.status}`).sort();

describe('the earlier gate', () => {
  it.each(asked)('waited for the same reports: %s', (_name, one, call) => {
    const workspace = open(one);
    const extra = stricter[one.id] ?? {};
    const { pending } = pendingSignOffs(workspace.context, configWith({ four_eyes: false }), { role: [], limit: 20, walk_forward: false });
    expect(Object.keys(pending)).toEqual(Object.keys(call.return ?? {}));
    for (const [role, entries] of Object.entries(call.return ?? {})) {
      const ours = (pending[role] ?? []).filter((entry) => !(name(entry.report) in extra));
      if (one.id === 'G039') expect(ours.map((entry) => name(entry.report))).toEqual(['1.json']);
      else expect(lines(ours.map((entry) => ({ ...entry, path: entry.report })))).toEqual(lines(entries.map((entry) => ({ ...entry, path: entry.report_path }))));
    }
    for (const file of Object.keys(extra)) expect(pending['risk']?.map((entry) => name(entry.report))).toContain(file);
    workspace.remove();
  });

  const ensured = cases.flatMap((one) => one.calls.filter((call) => call.call === 'ensure_compliance_sign_offs').map((call) => [`${one.id} ${one.title}`, one, call] as const));
  it.each(ensured)('was shut where ours is, and ours is shut where it broke down: %s', (_name, one, call) => {
    const workspace = open(one);
    const answer = gate(workspace.context, configWith({ require_reports: [], four_eyes: false }), openEvidence());
    expect(answer.open).toBe(call.error === null);
    if (call.error?.missing !== undefined) expect(Object.fromEntries(Object.entries(answer.missing).map(([role, entries]) => [role, entries.length]))).toEqual(call.error.missing);
    else if (call.error !== null) expect(answer.unknown).toBe(true);
    workspace.remove();
  });

  it('is replayed with enough cases to mean something', () => {
    expect(asked.length).toBeGreaterThan(6);
    expect(ensured.length).toBeGreaterThan(2);
  });
});
