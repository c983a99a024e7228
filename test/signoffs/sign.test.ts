import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConsoleError, type ConsoleConfig } from '#contract';
import { gate, historyPath, readHistory, recoverSignOffs, signOffHistory, type SignInput } from '#engines/signoffs';
import { nodeFileSystem, type FileSystem } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash, type Fault } from '../support/faultyFileSystem.ts';
import { actorNamed, inventory } from '../support/workspace.ts';
import { alertPath, configWith, openDesk, qualityAlert, type Desk } from './support.ts';

let desk: Desk;
beforeEach(() => { desk = openDesk(); });
afterEach(() => desk.remove());

function refusal(work: () => unknown): { readonly code: string; readonly field: unknown } {
  try {
    work();
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    expect(error.message).toMatch(/Nothing was signed/u);
    return { code: error.code, field: error.details['field'] };
  }
  throw new Error('was not refused');
}

const riskBlock = (from = desk): unknown => (from.read(alertPath) as { sign_off: Record<string, unknown> }).sign_off['risk'];

describe('signing', () => {
  it('writes the block of the role in the earlier form and leaves the rest as it was', () => {
    const text = `{"category": "completeness", "status": "alert", "timestamp": "2026-11-01T00:00:00+00:00", "share": 1.0, "tiny": 1e-07, "big": 12345678901234567890, "nan": NaN,
      "name": "żółć", "policy": {"enforce": true}, "sign_off": {"legal": {"status": "pending"}, "risk": "text", "Risk": {"status": "rejected"}, "compliance": {"status": "approved", "extra": [1]}}}`;
    desk.report(alertPath, text);
    chmodSync(join(desk.root, alertPath), 0o640);
    desk.sign('anna', { notes: 'checked by hand' });
    expect(statSync(join(desk.root, alertPath)).mode & 0o777).toBe(0o640);
    const script = 'import json,sys\na=json.loads(sys.argv[1]);b=json.load(open(sys.argv[2],encoding="utf-8"))\n'
      + 'a["sign_off"]["risk"]={"status":"approved","signed_by":"anna","timestamp":"2026-11-20T09:00:00+00:00","notes":"checked by hand"}\n'
      + 'print(json.dumps(a,indent=2,sort_keys=True,ensure_ascii=False)==open(sys.argv[2],encoding="utf-8").read(), b["share"], b["big"])';
    expect(execFileSync('python3', ['-c', script, text, join(desk.root, alertPath)], { encoding: 'utf8' }).trim()).toBe('True 1.0 12345678901234567890');
  });

  it('keeps what was decided, by whom and over which content, in an order that shows tampering', () => {
    const first = desk.sign('anna', { status: 'investigating' });
    desk.clock.advance(1500);
    desk.sign('anna', { status: 'approved' });
    const { records, problems, total } = signOffHistory(desk.context, { report: alertPath, role: 'risk', limit: 10 }, desk.evidence());
    expect({ problems, total }).toEqual({ problems: [], total: 2 });
    expect(records.map((record) => [record.seq, record.status, record.at, record.previous.status])).toEqual([
      [2, 'approved', '2026-11-20T09:00:01.500000+00:00', 'investigating'], [1, 'investigating', '2026-11-20T09:00:00+00:00', 'pending']]);
    expect(records[0]?.prev).toBe(first.record.hash);
    expect(records.every((record) => record.report_hash === first.record.report_hash && record.signed_by === 'anna')).toBe(true);
    expect(signOffHistory(desk.context, { role: 'compliance', limit: 10 }, desk.evidence()).total).toBe(0);
    const script = 'import json,sys,hashlib\nfor line in open(sys.argv[1],encoding="utf-8"):\n  r=json.loads(line);h=r.pop("hash");print(hashlib.sha256(json.dumps(r,sort_keys=True,separators=(",",":"),ensure_ascii=False).encode()).hexdigest()==h)';
    expect(execFileSync('python3', ['-c', script, join(desk.root, historyPath)], { encoding: 'utf8' }).trim()).toBe('True\nTrue');
  });

  it('says in the journal what was meant and what came of it', () => {
    const { record } = desk.sign('anna', {});
    expect(desk.entries().map((entry) => [entry.type, entry.stage, entry.subject, entry.data['status'], entry.data['report_hash']])).toEqual([
      ['sign_off', 'intent', record.id, 'approved', record.report_hash], ['sign_off', 'outcome', record.id, 'approved', record.report_hash]]);
    expect(desk.entries()[1]?.data).toMatchObject({ history_hash: record.hash, report_updated: true });
  });

  it.each([
    ['a role that the policy does not have', { role: 'legal' }, 'INPUT_INVALID', 'role'],
    ['a waiver without notes', { status: 'waived', expires_at: '2026-12-01' }, 'INPUT_INVALID', 'notes'],
    ['a waiver with notes that say nothing', { status: 'waived', expires_at: '2026-12-01', notes: '  ok      ' }, 'INPUT_INVALID', 'notes'],
    ['a waiver without an end', { status: 'waived', notes: 'known outage of feed' }, 'INPUT_INVALID', 'expires_at'],
    ['a waiver that has ended', { status: 'waived', notes: 'known outage of feed', expires_at: '2026-11-20T09:00:00Z' }, 'INPUT_INVALID', 'expires_at'],
    ['a waiver without end in sight', { status: 'waived', notes: 'known outage of feed', expires_at: '2027-11-20' }, 'INPUT_INVALID', 'expires_at'],
    ['an end for what is no waiver', { expires_at: '2026-12-01' }, 'INPUT_INVALID', 'expires_at'],
    ['a rejection without a reason', { status: 'rejected' }, 'INPUT_INVALID', 'notes'],
    ['notes that cannot be written', { notes: 'half a pair \ud800 here' }, 'INPUT_INVALID', 'notes'],
    ['a report that is not there', { report: 'audit/ai_decision/drift/none.json' }, 'NOT_FOUND', 'report'],
    ['a path that leaves the folder', { report: 'audit/ai_decision/drift/../../../x.json' }, 'PATH_OUTSIDE_ROOT', 'report'],
    ['an absolute path elsewhere', { report: '/etc/passwd.json' }, 'PATH_OUTSIDE_ROOT', 'report'],
    ['a file that is no report', { report: 'audit/ai_decision/scheduler.json' }, 'PATH_OUTSIDE_ROOT', 'report'],
    ['a report that changed since it was looked at', { expected_hash: 'a'.repeat(64) }, 'REVISION_CONFLICT', 'expected_hash'],
  ] as const)('refuses %s, and changes nothing', (_name, input, code, field) => {
    const before = inventory(desk.root);
    expect(refusal(() => desk.sign('anna', input))).toEqual({ code, field });
    expect(new Map([...inventory(desk.root)].filter(([path]) => !path.endsWith('.lock')))).toEqual(before);
  });

  it('takes the path relative to the workspace, to the audit root, or whole', () => {
    for (const report of [alertPath, alertPath.replace('audit/ai_decision/', ''), join(desk.root, alertPath), `./${alertPath}`]) {
      expect(desk.sign('anna', { report }).record.report).toBe(alertPath);
    }
  });

  it('refuses a link, because signing would replace it', () => {
    symlinkSync(join(desk.root, alertPath), join(desk.root, 'audit/ai_decision/data_quality/link.json'));
    expect(refusal(() => desk.sign('anna', { report: 'audit/ai_decision/data_quality/link.json' })).code).toBe('PATH_INVALID');
  });

  it('refuses a report that cannot be read', () => {
    desk.report(alertPath, '{');
    expect(refusal(() => desk.sign('anna', {})).code).toBe('DOCUMENT_CORRUPT');
  });

  it('lets nobody sign twice in two roles, whatever name they give, but lets them reject', () => {
    desk.sign('Anna', { role: 'risk' });
    expect(refusal(() => desk.sign('anna', { role: 'compliance' }))).toEqual({ code: 'FORBIDDEN', field: 'role' });
    expect(refusal(() => desk.sign('anna', { role: 'compliance', status: 'waived', notes: 'known outage of feed', expires_at: '2026-12-01' })).code).toBe('FORBIDDEN');
    desk.sign('anna', { role: 'compliance', status: 'rejected', notes: 'volume is missing' });
    expect(desk.sign('jan', { role: 'compliance' }).gate.open).toBe(true);
    expect(desk.sign('anna', { role: 'risk' }, configWith({ four_eyes: false })).record.seq).toBe(4);
  });

  it('lets only those sign whom the policy names for the role', () => {
    const config = configWith({ signers: { risk: ['ola'] } });
    expect(refusal(() => desk.sign('anna', { role: 'risk' }, config))).toEqual({ code: 'FORBIDDEN', field: 'role' });
    expect(desk.sign('ola', { role: 'RISK' }, config).record.role).toBe('risk');
    expect(desk.sign('anna', { role: 'compliance' }, config).gate.open).toBe(true);
  });

  it('ends a waiver by the clock', () => {
    desk.sign('jan', { role: 'compliance' });
    const waived = desk.sign('anna', { status: 'waived', notes: 'known outage of feed', expires_at: '2026-11-21' });
    expect(waived.gate.open).toBe(true);
    expect(riskBlock()).toMatchObject({ status: 'waived', expires_at: '2026-11-21T00:00:00+00:00' });
    desk.clock.advance(15 * 3_600_000);
    expect(gate(desk.context, configWith(), desk.evidence()).missing['risk']).toMatchObject([{ reason: 'waiver_expired' }]);
    desk.sign('anna', { status: 'approved' });
    expect(riskBlock()).not.toHaveProperty('expires_at');
  });

  it('refuses to go on from a history that was changed', () => {
    desk.sign('anna', {});
    desk.put(historyPath, readFileSync(join(desk.root, historyPath), 'utf8').replace('approved', 'rejected'));
    expect(refusal(() => desk.sign('jan', { role: 'compliance' })).code).toBe('INTEGRITY');
  });
});

/** Runs `once` just before the n-th look at the report. */
function between(look: number, once: () => void): FileSystem {
  let seen = 0;
  return {
    ...nodeFileSystem,
    lstat: (path) => {
      if (path.endsWith(alertPath)) seen += 1;
      if (seen === look && path.endsWith(alertPath)) once();
      return nodeFileSystem.lstat(path);
    },
  };
}

describe('signing beside another program', () => {
  it('is refused when the report changes between the look and the decision', () => {
    const other = JSON.stringify(qualityAlert('2026-11-01T00:00:00+00:00', { missing_features: ['vol', 'rsi'] }));
    expect(refusal(() => desk.sign('anna', {}, configWith(), desk.over(between(2, () => { desk.report(alertPath, other); })))).code).toBe('REVISION_CONFLICT');
    expect(readFileSync(join(desk.root, alertPath), 'utf8')).toBe(other);
    expect(readHistory(desk.context).records).toEqual([]);
    expect(desk.entries().map((entry) => [entry.stage, entry.data['status']])).toEqual([['intent', 'approved'], ['outcome', 'refused']]);
  });

  it('never overwrites a change that comes after the decision; the decision counts for what was signed', () => {
    const other = JSON.stringify(qualityAlert('2026-11-01T00:00:00+00:00', { missing_features: ['vol', 'rsi'] }));
    const { report_updated: updated } = desk.sign('anna', {}, configWith(), desk.over(between(3, () => { desk.report(alertPath, other); })));
    expect(updated).toBe(false);
    expect(readFileSync(join(desk.root, alertPath), 'utf8')).toBe(other);
    expect(gate(desk.context, configWith(), desk.evidence()).missing['risk']).toMatchObject([{ reason: 'unsigned' }]);
  });

  it('keeps a signature that another program adds in the other role', () => {
    const report = desk.read(alertPath) as { sign_off: Record<string, unknown> };
    const theirs = { status: 'approved', signed_by: 'jan', timestamp: '2026-11-20T08:00:00+00:00', notes: '' };
    const done = desk.sign('anna', {}, configWith(), desk.over(between(3, () => { desk.report(alertPath, { ...report, sign_off: { ...report.sign_off, compliance: theirs } }); })));
    expect(done.report_updated).toBe(false);
    expect(gate(desk.context, configWith(), desk.evidence()).open).toBe(true);
    recoverSignOffs(desk.context, { actor: actorNamed('loop'), journal: desk.journalOver(desk.context) });
    expect(desk.read(alertPath)).toMatchObject({ sign_off: { compliance: theirs, risk: { status: 'approved', signed_by: 'anna' } } });
  });
});

const faults: ReadonlyArray<readonly [string, Omit<Fault, 'at'>]> = [
  ['a crash before it', { kind: 'crash' }], ['a crash after it', { kind: 'crash', late: true }], ['EIO', { kind: 'EIO' }], ['EIO although it took effect', { kind: 'EIO', late: true }],
  ['ENOSPC from then on', { kind: 'ENOSPC', sticky: true }], ['a short write', { kind: 'short' }], ['EPERM', { kind: 'EPERM' }],
];

describe('signing with a fault at any file operation', () => {
  it.each(faults)('is done or not done, and report, history and journal agree after the next start (%s)', async (_name, fault) => {
    const hits = await atEveryCall((at) => ({ at, ...fault }), (one) => {
      const bench = openDesk();
      try {
        bench.sign('jan', { role: 'compliance' });
        const before = readFileSync(join(bench.root, alertPath), 'utf8');
        bench.clock.advance(1000);
        const faulty = faultyFileSystem(nodeFileSystem, one);
        let acknowledged = false;
        try {
          bench.sign('anna', { role: 'risk' }, configWith(), bench.over(faulty.fs));
          acknowledged = true;
        } catch (error) {
          expect(error instanceof SimulatedCrash || isConsoleError(error)).toBe(true);
        }
        faulty.release();
        const open = gate(bench.context, configWith(), bench.evidence()).open;
        const history = readHistory(bench.context);
        expect(history.problems).toEqual([]);
        expect(open).toBe(history.records.length === 2);
        if (acknowledged) expect(open).toBe(true);
        recoverSignOffs(bench.context, { actor: actorNamed('loop'), journal: bench.journalOver(bench.context) });
        expect(gate(bench.context, configWith(), bench.evidence()).open).toBe(open);
        if (open) expect(riskBlock(bench)).toMatchObject({ status: 'approved', signed_by: 'anna', timestamp: history.records[1]?.at });
        else expect(readFileSync(join(bench.root, alertPath), 'utf8')).toBe(before);
        for (const intent of bench.entries().filter((entry) => entry.stage === 'intent')) {
          const outcomes = bench.entries().filter((entry) => entry.stage === 'outcome' && entry.subject === intent.subject);
          expect(outcomes).toHaveLength(1);
          const done = history.records.find((record) => record.id === intent.subject);
          expect(outcomes[0]?.data['history_hash']).toBe(done?.hash);
        }
        expect(recoverSignOffs(bench.context, { actor: actorNamed('loop'), journal: bench.journalOver(bench.context) })).toEqual([]);
        return faulty.fired;
      } finally {
        bench.remove();
      }
    });
    expect(hits).toBeGreaterThan(fault.kind === 'short' ? 2 : 8);
  });
});

it('a decision whose line could not be made durable is taken back, and said to be refused', () => {
  const counts: Fault['counts'] = (call) => call.name === 'fsync' && call.path.endsWith(historyPath);
  const faulty = faultyFileSystem(nodeFileSystem, { at: 1, kind: 'EIO', late: true, counts });
  expect(() => desk.sign('anna', {}, configWith(), desk.over(faulty.fs))).toThrow(/refused to write/u);
  expect(readHistory(desk.context).records).toEqual([]);
  expect(desk.entries().map((entry) => [entry.stage, entry.data['status']])).toEqual([['intent', 'approved'], ['outcome', 'refused']]);
  expect(gate(desk.context, configWith(), desk.evidence()).missing['risk']).toMatchObject([{ reason: 'unsigned' }]);
});

describe('the gate under any sequence of decisions', () => {
  it('is open exactly when the last decision of each role holds and two people took them', () => {
    const people = ['anna', 'jan', 'ola'] as const;
    const step = fc.record({
      person: fc.constantFrom(...people), role: fc.constantFrom('risk', 'compliance'), hours: fc.integer({ min: 0, max: 30 }),
      status: fc.constantFrom<SignInput['status']>('approved', 'rejected', 'waived', 'escalated', 'investigating'),
    });
    const config: ConsoleConfig = configWith();
    fc.assert(fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const bench = openDesk();
      try {
        const model = new Map<string, { readonly person: string; readonly status: string; readonly end: number }>();
        const holds = (role: string): boolean => {
          const last = model.get(role);
          return last !== undefined && (last.status === 'approved' || (last.status === 'waived' && bench.clock.now() < last.end));
        };
        for (const { person, role, status, hours } of steps) {
          const end = bench.clock.now() + 24 * 3_600_000;
          const other = role === 'risk' ? 'compliance' : 'risk';
          const taken = holds(other) && model.get(other)?.person === person && (status === 'approved' || status === 'waived');
          const sign = (): unknown => bench.sign(person, { role, status, notes: 'said with care', ...(status === 'waived' ? { expires_at: new Date(end).toISOString() } : {}) }, config);
          if (taken) expect(refusal(sign).code).toBe('FORBIDDEN');
          else {
            sign();
            model.set(role, { person, status, end });
          }
          bench.clock.advance(hours * 3_600_000);
          const expected = holds('risk') && holds('compliance');
          expect(gate(bench.context, config, bench.evidence()).open).toBe(expected);
        }
      } finally {
        bench.remove();
      }
    }), { numRuns: 40 });
  });
});
