import { chmodSync, mkdirSync, rmSync, unlinkSync, utimesSync, writeFileSync, appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleConfig } from '#contract';
import { gate, historyPath, pendingSignOffs, showReport, type ReportCache } from '#engines/signoffs';
import { inventory } from '../support/workspace.ts';
import { alertPath, bothPending, configWith, driftFine, openDesk, qualityAlert, qualityFine, type Desk } from './support.ts';

let desk: Desk;
beforeEach(() => { desk = openDesk(); });
afterEach(() => desk.remove());

const ask = (config: ConsoleConfig = configWith()) => gate(desk.context, config, desk.evidence());
const codes = (config?: ConsoleConfig): readonly string[] => ask(config).reasons.map((reason) => reason.code);
const signBoth = (report = alertPath): void => {
  desk.sign('anna', { report, role: 'risk' });
  desk.sign('jan', { report, role: 'compliance' });
};
const quality = (name: string, value: unknown): string => {
  desk.report(`audit/ai_decision/data_quality/${name}`, value);
  return `audit/ai_decision/data_quality/${name}`;
};
const drift = (value: unknown): void => { desk.report('audit/ai_decision/drift/20261102T000000Z.json', value); };

describe('the gate', () => {
  it('is shut until every role has signed every alert, and names what is missing', () => {
    const before = ask();
    expect(before).toMatchObject({ open: false, unknown: false, roles: ['compliance', 'risk'], alerts: 1, reports: 2 });
    expect(before.missing).toMatchObject({ risk: [{ category: 'completeness', status: 'pending', reason: 'unsigned', report: alertPath }], compliance: [{}] });
    desk.sign('anna', { role: 'risk' });
    expect(ask().missing).toMatchObject({ risk: [], compliance: [{ report: alertPath }] });
    expect(desk.sign('jan', { role: 'compliance' }).gate.open).toBe(true);
    expect(ask()).toMatchObject({ open: true, unknown: false, reasons: [] });
  });

  it('writes nothing when it is asked', () => {
    const before = inventory(desk.root);
    ask();
    pendingSignOffs(desk.context, configWith(), { role: [], limit: 5, walk_forward: true });
    expect(inventory(desk.root)).toEqual(before);
  });

  it('asks for the roles that the policy names, and for none when it is switched off', () => {
    expect(ask(configWith({ roles: ['Risk', 'risk'] }))).toMatchObject({ roles: ['risk'], open: false });
    desk.sign('anna', { role: 'risk' });
    expect(ask(configWith({ roles: ['risk'] })).open).toBe(true);
    expect(ask(configWith({ roles: ['risk', 'legal'] })).missing['legal']).toHaveLength(1);
    expect(ask(configWith({ required: false }))).toMatchObject({ open: true, required: false, unknown: false });
    expect(codes(configWith({ required: false }))[0]).toBe('switched_off');
  });

  it('is not opened by a policy that makes no sense', () => {
    signBoth();
    for (const broken of [{ roles: [] }, { roles: ['a b'] }, { required: 'no' }, { require: false }, [], 'off', 0]) {
      expect(ask(configWith(broken))).toMatchObject({ open: false, unknown: true });
      expect(codes(configWith(broken))).toContain('policy_invalid');
    }
  });

  it('is shut and says unknown where there are no reports of a kind', () => {
    signBoth();
    rmSync(join(desk.root, 'audit/ai_decision/drift'), { recursive: true });
    expect(ask()).toMatchObject({ open: false, unknown: true });
    expect(codes()).toEqual(['reports_missing']);
    expect(ask(configWith({ require_reports: ['data_quality'] })).open).toBe(true);
    rmSync(join(desk.root, 'audit'), { recursive: true });
    expect(codes()).toEqual(['reports_missing', 'reports_missing']);
  });

  it.each([['half a file', '{"status":'], ['a list', '[]'], ['nothing', ''], ['half a character pair', '{"status":"ok","x":"\\ud800"}']])('is shut by a report that holds %s', (_name, text) => {
    signBoth();
    quality('20261102T000000Z_bounds.json', text);
    expect(ask()).toMatchObject({ open: false, unknown: true });
    expect(ask().missing['risk']).toMatchObject([{ status: 'unreadable', reason: 'unreadable', content_hash: null }]);
  });

  it('is shut by a report that is no UTF-8, one without rights, and a folder that cannot be listed', () => {
    signBoth();
    const path = join(desk.root, 'audit/ai_decision/data_quality/20261102T000000Z_bounds.json');
    writeFileSync(path, Buffer.from('7b22737461747573223a2022636166e9227d', 'hex'));
    expect(codes()).toEqual(['reports_unreadable']);
    unlinkSync(path);
    expect(ask().open).toBe(true);
    const over = desk.over({ ...desk.context.fs, readdir: (folder) => { throw Object.assign(new Error('no'), { code: 'EACCES', path: folder }); } });
    expect(gate(over, configWith(), desk.evidence())).toMatchObject({ open: false, unknown: true });
  });

  it('is not opened by damaged newer files that push an older alert out of a limit', () => {
    for (let day = 10; day < 29; day += 1) quality(`202611${day}T000000Z_bounds.json`, qualityFine(`2026-11-${day}T00:00:00+00:00`));
    expect(ask().missing['risk']).toHaveLength(1);
    const pending = pendingSignOffs(desk.context, configWith(), { role: ['risk'], limit: 5, walk_forward: false });
    expect(pending.pending['risk']).toMatchObject([{ report: alertPath }]);
    expect(pending.reports[0]?.report).toBe(alertPath);
    expect(pending.reports).toHaveLength(6);
  });

  it('keeps seven open alerts open after five were signed, whatever the file times say', () => {
    const paths = Array.from({ length: 7 }, (_unused, n) => quality(`2026110${n + 1}T010000Z_bounds.json`, qualityAlert(`2026-11-0${n + 1}T01:00:00+00:00`)));
    signBoth();
    for (const path of paths.slice(2)) signBoth(path);
    for (const path of paths.slice(0, 2)) utimesSync(join(desk.root, path), 1, 1);
    expect(ask().missing['risk']?.map((entry) => entry.report)).toEqual([paths[1], paths[0]]);
  });
});

describe('what needs a signature', () => {
  const needs = (value: unknown): boolean => {
    quality('20261103T000000Z.json', value);
    return ask().missing['risk']?.some((entry) => entry.report.endsWith('20261103T000000Z.json')) ?? false;
  };
  const needsDrift = (value: unknown): boolean => {
    drift(value);
    return ask().missing['risk']?.some((entry) => entry.kind === 'drift') ?? false;
  };

  it.each([
    [true, { status: 'alert' }], [true, { status: ' Alert ', policy: { enforce: 'true' } }], [true, { status: 'alert', policy: { enforce: 1 } }], [true, { status: 'alert', policy: {} }],
    [false, { status: 'alert', policy: { enforce: false } }], [false, { status: 'ok' }], [true, { status: 'critical' }],
    [true, { generated_at: '2026-11-03T00:00:00+00:00', issues: [{ code: 'gap' }], summary: { status: 'critical' } }],
    [true, { issues: [], summary: { status: 'warning' } }], [false, { issues: [], summary: { status: 'ok' } }], [false, { issues: [] }], [true, { issues: ['x'] }],
    [true, { missing_features: ['rsi'] }], [true, { violations: [{ feature: 'rsi' }] }], [true, {}], [true, { status: null }],
  ])('is %s for the quality report %j', (expected, value) => {
    expect(needs(value)).toBe(expected);
  });

  it.each([
    [true, { drift_score: 0.3, threshold: 0.3 }], [false, { drift_score: 0.29999999, threshold: 0.3 }], [true, { drift_score: ' 0.5 ', threshold: '0.3' }],
    [true, { drift_score: null, threshold: 0.3 }], [true, { drift_score: 0.1, threshold: null }], [true, '{"drift_score": NaN, "threshold": 0.3}'], [true, '{"drift_score": Infinity, "threshold": 0.3}'],
    [true, '{"drift_score": 0.1, "threshold": NaN}'], [true, {}], [true, { metrics: {} }],
    [false, { metrics: { feature_drift: { score: 0.1, psi: 0.1, ks: 0.05, threshold: 0.2 }, triggered: { value: 0 } } }],
    [true, { metrics: { feature_drift: { score: 0.1, psi: 0.1, ks: 0.05, threshold: 0.2 }, triggered: { value: 1 } } }],
    [true, { metrics: { feature_drift: { score: 0.1, psi: 0.25 }, triggered: { value: 0 } } }], [true, { metrics: { feature_drift: { ks: 0.1 } } }],
    [true, { metrics: { distribution_summary: { max_psi: 0.1, max_ks: 0.01, triggered_features: ['rsi'] } } }],
    [false, { metrics: { distribution_summary: { max_psi: 0.1, max_ks: 0.01, triggered_features: [] }, volatility_shift: { score: 9 }, triggered: { value: false } } }],
    [true, { threshold: 0.2, metrics: { volatility_shift: { score: 0.3 } } }],
  ])('is %s for the drift report %j', (expected, value) => {
    expect(needsDrift(value)).toBe(expected);
  });

  it('believes no path that a report gives for itself', () => {
    desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00', { report_path: '/elsewhere/x.json' }));
    expect(ask().missing['risk']?.[0]?.report_path).toBe(join(desk.root, alertPath));
  });

  it('shows walk-forward reports when asked, and never puts them into the gate', () => {
    desk.report('audit/ai_decision/walk_forward/20261101T000000Z.json', { job_name: 'btc', generated_at: '2026-11-01T00:00:00+00:00' });
    const found = pendingSignOffs(desk.context, configWith(), { role: ['risk'], limit: 5, walk_forward: true });
    expect(found.pending['risk']?.map((entry) => entry.category)).toEqual(['completeness', 'btc']);
    expect(ask().missing['risk']).toHaveLength(1);
  });
});

describe('signatures in a report', () => {
  const block = (risk: unknown, compliance: unknown = { status: 'approved', signed_by: 'jan', timestamp: '2026-11-02T00:00:00+00:00', notes: '' }): void => {
    desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00', { sign_off: { risk, compliance } }));
  };
  const reasons = (config?: ConsoleConfig): unknown => ask(config).missing['risk']?.map((entry) => entry.reason);
  const entry = (status: unknown, more: Readonly<Record<string, unknown>> = {}): unknown => ({ status, signed_by: 'ola', timestamp: null, notes: 'note', ...more });

  it.each([
    ['approved', []], ['Approved', []], [' approved ', ['unknown_status']], ['pending', ['unsigned']], ['rejected', ['rejected']], ['escalated', ['escalated']], ['investigating', ['investigating']],
    ['done', ['unknown_status']], ['', ['unknown_status']], [null, ['unsigned']], [true, ['unsigned']], [0, ['unsigned']],
  ])('of status %j count as %j', (status, expected) => {
    block(entry(status));
    expect(reasons()).toEqual(expected);
  });

  it('count only where they are a block of their role', () => {
    for (const odd of ['approved', ['approved'], null, 1]) {
      block(odd);
      expect(reasons()).toEqual(['unsigned']);
    }
    for (const sign of ['approved', ['risk'], null]) {
      desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00', { sign_off: sign }));
      expect(reasons()).toEqual(['unsigned']);
    }
    desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00', { sign_off: { ...bothPending, Risk: entry('approved') } }));
    expect(reasons()).toEqual(['unsigned']);
  });

  it('of a waiver count until it ends, and not at all without an end', () => {
    block(entry('waived'));
    expect(reasons()).toEqual(['waiver_without_expiry']);
    block(entry('waived', { expires_at: '2026-11-20T09:00:01Z' }));
    expect(reasons()).toEqual([]);
    desk.clock.advance(1000);
    expect(reasons()).toEqual(['waiver_expired']);
  });

  it('of one person in two roles count once', () => {
    block(entry('approved', { signed_by: ' JAN', timestamp: '2026-11-03T00:00:00+00:00' }));
    expect(reasons()).toEqual(['same_person']);
    expect(ask().missing['compliance']).toEqual([]);
    expect(reasons(configWith({ four_eyes: false }))).toEqual([]);
    block(entry('approved', { signed_by: 'jan' }));
    expect(reasons()).toEqual(['same_person']);
    expect(ask().missing['compliance']).toMatchObject([{ reason: 'same_person' }]);
    expect(gate(desk.context, configWith(), desk.evidence(), ['risk']).missing['risk']).toMatchObject([{ reason: 'same_person' }]);
  });

  it('that nobody recorded count only where the policy lets them', () => {
    block(entry('approved'));
    expect(reasons(configWith({ recorded_only: true }))).toEqual(['unrecorded']);
    desk.report(alertPath, qualityAlert('2026-11-01T00:00:00+00:00'));
    signBoth();
    expect(ask(configWith({ recorded_only: true })).open).toBe(true);
  });

  it('no longer count when the content was changed after they were given', () => {
    signBoth();
    desk.report(alertPath, { ...desk.read(alertPath), missing_features: ['vol', 'rsi'] });
    expect(ask().missing).toMatchObject({ risk: [{ reason: 'content_changed' }], compliance: [{ reason: 'content_changed' }] });
  });

  it('cannot be turned into an approval by hand once a rejection is recorded', () => {
    desk.sign('jan', { role: 'compliance' });
    desk.sign('anna', { role: 'risk', status: 'rejected', notes: 'volume is missing' });
    const report = desk.read(alertPath) as { sign_off: Record<string, Record<string, unknown>> };
    report.sign_off['risk'] = { ...report.sign_off['risk'], status: 'approved' };
    desk.report(alertPath, report);
    expect(reasons()).toEqual(['contradicts_history']);
    report.sign_off['risk'] = { ...report.sign_off['risk'], timestamp: '2026-11-20T10:00:00+00:00' };
    desk.report(alertPath, report);
    expect(reasons()).toEqual([]);
    expect(reasons(configWith({ recorded_only: true }))).toEqual(['unrecorded']);
  });

  it('stop counting when another program takes them back', () => {
    signBoth();
    const report = desk.read(alertPath) as { sign_off: Record<string, unknown> };
    desk.report(alertPath, { ...report, sign_off: { ...report.sign_off, risk: entry('investigating', { signed_by: 'ola', timestamp: '2026-11-20T10:00:00+00:00' }) } });
    expect(reasons()).toEqual(['investigating']);
  });
});

describe('the history behind the gate', () => {
  it('shuts it when a line was changed, removed or added', () => {
    signBoth();
    const path = join(desk.root, historyPath);
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    for (const broken of [text.replace('"approved"', '"waived"'), lines.slice(1).join('\n'), `${text}${lines[0] ?? ''}\n`, `{}\n${text}`]) {
      writeFileSync(path, broken);
      expect(ask()).toMatchObject({ open: false, unknown: true });
      expect(codes()).toContain('history_broken');
    }
    writeFileSync(path, text);
    expect(ask().open).toBe(true);
  });

  it('does not mind a line that a crash cut off, and removes it with the next signature', () => {
    desk.sign('anna', { role: 'risk' });
    appendFileSync(join(desk.root, historyPath), '{"actor":');
    expect(ask().missing).toMatchObject({ risk: [], compliance: [{}] });
    expect(desk.sign('jan', { role: 'compliance' }).gate.open).toBe(true);
  });

  it('shuts it when it cannot be read', () => {
    signBoth();
    const path = join(desk.root, historyPath);
    rmSync(path);
    mkdirSync(path);
    expect(codes()).toContain('history_broken');
    chmodSync(path, 0o755);
  });
});

describe('the inbox asked again', () => {
  const query = { role: ['risk'], limit: 5, walk_forward: false };
  const paths = (cache: ReportCache | null): unknown => pendingSignOffs(desk.context, configWith(), query, cache).pending['risk']?.map((entry) => [entry.report, entry.reason]);

  it('reads unchanged files once, and sees every change, new file and removal', () => {
    const cache: ReportCache = new Map();
    utimesSync(join(desk.root, alertPath), 1_000_000, 1_000_000);
    utimesSync(join(desk.root, 'audit/ai_decision/drift/20261101T000000Z_drift_alert.json'), 1_000_000, 1_000_000);
    let opened = 0;
    const over = desk.over({ ...desk.context.fs, open: (path, flags, mode) => {
      opened += 1;
      return desk.context.fs.open(path, flags, mode);
    } });
    const first = pendingSignOffs(over, configWith(), query, cache);
    const before = opened;
    expect(pendingSignOffs(over, configWith(), query, cache)).toEqual(first);
    expect([before, opened - before, cache.size]).toEqual([2, 0, 2]);
    quality('20261105T000000Z_bounds.json', qualityAlert('2026-11-05T00:00:00+00:00'));
    expect(paths(cache)).toEqual(paths(null));
    desk.sign('anna', { role: 'risk' });
    expect(paths(cache)).toEqual([['audit/ai_decision/data_quality/20261105T000000Z_bounds.json', 'unsigned']]);
    unlinkSync(join(desk.root, alertPath));
    pendingSignOffs(desk.context, configWith(), query, cache);
    expect([...cache.keys()].filter((path) => path.endsWith(alertPath))).toEqual([]);
  });
});

it('a drift report in order needs nobody', () => {
  drift(driftFine('2026-11-02T00:00:00+00:00'));
  expect(ask().alerts).toBe(1);
});

describe('one report, as a signer sees it', () => {
  it('comes with its content but without the signatures, and with the hash that a signature is bound to', () => {
    const before = inventory(desk.root);
    const shown = showReport(desk.context, configWith(), alertPath);
    expect(shown).toMatchObject({ cut: false, report: { report: alertPath, needs_signature: true, readable: true, roles: [{ role: 'compliance', completed: false }, { role: 'risk', completed: false }] } });
    expect(JSON.parse(shown.content ?? '')).not.toHaveProperty('sign_off');
    expect(ask().missing['risk']?.[0]?.content_hash).toBe(shown.report.content_hash);
    expect(inventory(desk.root)).toEqual(before);
    desk.sign('anna', { role: 'risk' });
    expect(showReport(desk.context, configWith(), alertPath)).toMatchObject({ content: shown.content, report: { roles: [{ completed: false }, { completed: true, signed_by: 'anna' }] } });
  });

  it('is shown as unreadable where it is, and refused where there is none or the path leads elsewhere', () => {
    const path = quality('20261103T000000Z_broken.json', 'x');
    writeFileSync(join(desk.root, path), '{oops');
    expect(showReport(desk.context, configWith(), path)).toMatchObject({ content: null, cut: false, report: { readable: false } });
    expect(() => showReport(desk.context, configWith(), 'audit/ai_decision/drift/none.json')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(() => showReport(desk.context, configWith(), '../../etc/passwd.json')).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT' }));
  });

  it('is cut where it is longer than anybody reads', () => {
    const path = quality('20261104T000000Z_long.json', { ...qualityAlert, notes: 'x'.repeat(300_000) });
    const { content, cut } = showReport(desk.context, configWith(), path);
    expect([cut, content?.length]).toEqual([true, 200_000]);
  });
});
