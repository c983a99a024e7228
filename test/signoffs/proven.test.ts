/** What nobody can take away from the gate: reports, the history, the policy, and who signed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleConfig } from '#contract';
import { addEvidence, evidenceIn, evidenceTypes, gate, historyPath, openEvidence, pendingSignOffs, signOffHistory } from '#engines/signoffs';
import { readPolicy } from '#engines/workspace';
import { actorNamed } from '../support/workspace.ts';
import { alertPath, configWith, driftFine, openDesk, qualityAlert, qualityFine, type Desk } from './support.ts';

let desk: Desk;
beforeEach(() => { desk = openDesk(); });
afterEach(() => desk.remove());

const ask = (config: ConsoleConfig = configWith()) => gate(desk.context, config, desk.evidence());
const codes = (config?: ConsoleConfig): readonly string[] => ask(config).reasons.map((reason) => reason.code);
const signBoth = (report = alertPath): void => {
  desk.sign('anna', { report, role: 'risk' });
  desk.sign('jan', { report, role: 'compliance' });
};
const remove = (path: string): void => unlinkSync(join(desk.root, path));
const second = 'audit/ai_decision/data_quality/20261102T000000Z_bounds.json';
const blocked = (reasons: readonly string[], answer = ask()): void => {
  expect([answer.open, answer.unknown, answer.reasons.map(({ code }) => code)]).toEqual([false, true, reasons]);
};

describe('a report that is taken away', () => {
  it('shuts the gate while the history says that it was not settled, and not once it was', () => {
    signBoth();
    desk.report(second, qualityAlert('2026-11-02T00:00:00+00:00'));
    desk.sign('anna', { report: second, role: 'risk', status: 'rejected', notes: 'half of the volume is missing' });
    remove(second);
    blocked(['reports_missing']);
    expect(ask().reasons[0]?.message).toContain(second);
    desk.report(second, qualityAlert('2026-11-02T00:00:00+00:00'));
    signBoth(second);
    remove(second);
    expect(ask().open).toBe(true);
  });

  it('shuts it with one signature only, and when its waiver has ended', () => {
    signBoth();
    desk.report(second, qualityAlert('2026-11-02T00:00:00+00:00'));
    desk.sign('anna', { report: second, role: 'risk' });
    remove(second);
    blocked(['reports_missing']);
    desk.report(second, qualityAlert('2026-11-02T00:00:00+00:00'));
    desk.sign('jan', { report: second, role: 'compliance', status: 'waived', notes: 'the market was closed', expires_at: '2026-11-20T10:00:00Z' });
    remove(second);
    expect(ask().open).toBe(true);
    desk.clock.advance(3_600_000);
    blocked(['reports_missing']);
  });

  it.each([
    ['every report of a run that does not say which are alerts', { reports: [second] }, false],
    ['the alerts of a run', { reports: ['audit/ai_decision/drift/20261102T000000Z.json', second], alerts: [second] }, false],
    ['no report of a run that was in order', { reports: [second], alerts: [] }, true],
    ['no walk-forward report', { reports: ['audit/ai_decision/walk_forward/20261102T000000Z.json'] }, true],
  ])('counts for %s', (_name, data, open) => {
    signBoth();
    desk.journalOver(desk.context).append({ actor: actorNamed('anna'), type: 'retraining_run', stage: 'outcome', operation: null, subject: 'run-1', data: { job: 'btc', status: 'success', ...data } });
    expect(ask().open).toBe(open);
    desk.report(second, qualityFine('2026-11-02T00:00:00+00:00'));
    expect(ask().open).toBe(true);
  });

  it('is known to evidence that grows with the journal as to evidence that is read at once', () => {
    signBoth();
    const journal = desk.journalOver(desk.context);
    const grown = openEvidence();
    for (const entry of journal.list({ type: evidenceTypes, limit: 100 }).entries) addEvidence(grown, [entry]);
    expect({ lastSigned: grown.lastSigned, left: grown.left }).toEqual({ lastSigned: evidenceIn(journal).lastSigned, left: evidenceIn(journal).left });
    expect(grown.lastSigned).toBe(signOffHistory(desk.context, { limit: 1 }, grown).records[0]?.hash);
  });
});

describe('a history that is cut', () => {
  const path = (): string => join(desk.root, historyPath);

  it.each<readonly [string, () => void]>([
    ['by its last line', () => { writeFileSync(path(), readFileSync(path(), 'utf8').split('\n').slice(0, -2).map((line) => `${line}\n`).join('')); }],
    ['to nothing', () => truncateSync(path(), 0)],
    ['away', () => rmSync(path())],
    ['away with its folder', () => rmSync(join(path(), '..'), { recursive: true })],
  ])('%s shuts the gate, lets nobody sign, and says so', (_name, cut) => {
    signBoth();
    expect(ask().open).toBe(true);
    const whole = readFileSync(path());
    cut();
    expect(codes()).toContain('history_broken');
    expect(ask()).toMatchObject({ open: false, unknown: true });
    expect(() => desk.sign('ola', { role: 'risk' })).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
    expect(signOffHistory(desk.context, { limit: 10 }, desk.evidence()).problems).toHaveLength(1);
    mkdirSync(join(path(), '..'), { recursive: true });
    writeFileSync(path(), whole);
    expect(ask().open).toBe(true);
  });

  it('is not one that has a line more than the journal: a crash came in between', () => {
    signBoth();
    const evidence = desk.evidence();
    desk.sign('anna', { role: 'risk', status: 'investigating' });
    expect(gate(desk.context, configWith(), evidence).reasons.map(({ code }) => code)).toEqual(['sign_offs_missing']);
  });
});

describe('a policy that cannot be read', () => {
  it.each([['half a file', '{"sign_offs": {"signers"'], ['a wrong value elsewhere', '{"unapproved_minutes": -1, "sign_offs": {"required": false}}'], ['a newer version', '{"schema": "sterownia.console/2"}']])('shuts the gate and lets nobody sign: %s', (_name, text) => {
    signBoth();
    desk.put('config/console.json', text);
    const { config } = readPolicy(desk.context);
    blocked(['policy_invalid'], ask(config));
    expect(() => desk.sign('ola', { role: 'risk' }, config)).toThrow(/cannot be relied on/u);
  });
});

describe('a signature that another program wrote', () => {
  const by = (risk: string | null, compliance: string | null): void => {
    const block = (signer: string | null): unknown => ({ status: 'approved', signed_by: signer, timestamp: '2026-11-02T00:00:00+00:00', notes: '' });
    desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00', { sign_off: { risk: block(risk), compliance: block(compliance) } }));
  };
  const reasons = (config?: ConsoleConfig): unknown => Object.fromEntries(Object.entries(ask(config).missing).map(([role, entries]) => [role, entries.map(({ reason }) => reason)]));

  it('counts only from somebody who may sign in the role', () => {
    const config = configWith({ signers: { risk: ['anna'] } });
    by('anna', 'jan');
    expect(ask(config).open).toBe(true);
    for (const other of ['ola', 'ANNA', '', null]) {
      by(other, 'jan');
      expect(reasons(config)).toEqual({ risk: ['signer_unknown'], compliance: [] });
    }
    desk.sign('anna', { role: 'risk' }, config);
    expect(ask(config).open).toBe(true);
  });

  it('without a name does not count beside another one under four eyes', () => {
    by(null, 'jan');
    expect(reasons()).toEqual({ risk: ['signer_unknown'], compliance: [] });
    by(' ', null);
    expect(reasons()).toEqual({ risk: ['signer_unknown'], compliance: ['signer_unknown'] });
    expect(ask(configWith({ four_eyes: false })).open).toBe(true);
  });
});

describe('what lies in the place of a report', () => {
  const place = 'audit/ai_decision/drift/20261105T000000Z.json';

  it.each<readonly [string, (path: string) => void]>([
    ['a pipe', (path) => { execFileSync('mkfifo', [path]); }], ['a link that leads nowhere', (path) => symlinkSync('/nowhere', path)], ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a folder', (path) => { mkdirSync(path); }], ['a file that is too large', (path) => { writeFileSync(path, ''); truncateSync(path, 33 * 1024 * 1024); }],
  ])('is unreadable and shuts the gate, without holding it up: %s', (_name, put) => {
    signBoth();
    put(join(desk.root, place));
    blocked(['reports_unreadable']);
    expect(ask().missing['risk']).toMatchObject([{ report: place, reason: 'unreadable' }]);
    expect(pendingSignOffs(desk.context, configWith(), { role: [], limit: 5, walk_forward: false }, new Map()).pending['risk']).toHaveLength(1);
    expect(() => desk.sign('anna', { report: place })).toThrow();
  });

  it('may have a hidden name: it shuts the gate, and can be signed', () => {
    signBoth();
    const hidden = 'audit/ai_decision/drift/.hidden.json';
    desk.report(hidden, { ...driftFine('2026-11-05T00:00:00+00:00'), drift_score: 0.9 });
    expect(ask().missing['risk']).toMatchObject([{ report: hidden, reason: 'unsigned' }]);
    signBoth(hidden);
    expect(ask().open).toBe(true);
  });
});

describe('a report that contradicts itself', () => {
  it.each([
    ['data_quality', { status: 'ok', summary: { status: 'critical' } }], ['data_quality', { status: 'ok', issues: [{ code: 'gap' }] }], ['data_quality', { status: 'ok', violations: [{ feature: 'rsi' }] }],
    ['data_quality', { summary: { status: 'ok' }, status: 'alert' }], ['drift', { drift_score: 0.1, threshold: 0.3, summary: { status: 'critical' } }], ['drift', { drift_score: 0.1, threshold: 0.3, status: 'alert' }],
    ['drift', '{"drift_score": 0.9, "threshold": Infinity}'], ['drift', '{"drift_score": 0.9, "threshold": 1e999}'], ['drift', '{"metrics": {"feature_drift": {"psi": 0.9, "threshold": NaN}}}'],
    ['drift', '{"metrics": {"feature_drift": {"psi": 0.1, "threshold": "much"}}}'], ['drift', '{"drift_score": -Infinity, "threshold": 0.3}'],
  ])('needs signatures: %s %j', (kind, value) => {
    signBoth();
    desk.report(`audit/ai_decision/${kind}/20261105T000000Z.json`, value);
    expect(ask().missing['risk']).toHaveLength(1);
  });

  it.each([['data_quality', { status: 'ok', summary: { status: 'ok' }, issues: [] }], ['drift', { drift_score: 0.1, threshold: 0.3, status: 'ok' }], ['drift', { threshold: null, metrics: { feature_drift: { psi: 0.1 } } }]])('unless all of it is in order: %s %j', (kind, value) => {
    signBoth();
    desk.report(`audit/ai_decision/${kind}/20261105T000000Z.json`, value);
    expect(ask().open).toBe(true);
  });
});

it('asks for no role that the policy does not know', () => {
  const refused = expect.objectContaining({ code: 'INPUT_INVALID' }) as Error;
  expect(() => gate(desk.context, configWith(), desk.evidence(), ['foo'])).toThrow(refused);
  expect(() => pendingSignOffs(desk.context, configWith(), { role: ['foo'], limit: 5, walk_forward: false })).toThrow(refused);
  expect(gate(desk.context, configWith({ roles: ['risk', 'legal'] }), desk.evidence(), ['legal']).missing['legal']).toHaveLength(1);
  expect(gate(desk.context, configWith('off'), desk.evidence(), ['foo'])).toMatchObject({ open: false });
});
