import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConsoleError } from '#contract';
import { isMembers, jsonOf, parseJson, verifyBundle, verifyModels, writeBundle, type JsonMembers, type SigningKey } from '#engines/artifacts';
import { nodeFileSystem, type EngineContext } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { artifact } from './support.ts';

const key: SigningKey = { keyId: 'k1', secret: Buffer.from('0123456789abcdef0123456789abcdef') };
let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

function members(value: unknown): JsonMembers {
  const json = jsonOf(value);
  if (!isMembers(json)) throw new Error('no object');
  return json;
}

const make = (signer: SigningKey | null = key, context: EngineContext = workspace.context): string =>
  writeBundle(context, { model: 'btc', version: 'v1', artifact: members(artifact()), key: signer });
const findings = (directory: string, keys: readonly SigningKey[] = [key], requireSignature = true) =>
  verifyBundle(workspace.context, 'btc', directory, { keys, requireSignature }).map((finding) => `${finding.severity} ${finding.kind} ${basename(finding.path)}`);

describe('a bundle', () => {
  it('holds artifact, metadata, signature and checksums, and verifies', () => {
    const directory = make();
    expect(directory).toBe(join(workspace.root, 'audit/ai_decision/models/btc/20261120T090000Z'));
    expect(readdirSync(directory).sort()).toEqual(['checksums.sha256', 'model-v1.json', 'model-v1.metadata.json', 'model-v1.sig']);
    expect(JSON.parse(readFileSync(join(directory, 'model-v1.metadata.json'), 'utf8'))).toEqual({ symbol: 'BTCUSDT', nazwa: 'żółć', model_version: 'v1' });
    expect(findings(directory)).toEqual([]);
    expect(basename(make())).toBe('20261120T090000Z_1');
    expect(readdirSync(join(workspace.root, 'audit/ai_decision/models/btc'))).toEqual(['20261120T090000Z', '20261120T090000Z_1']);
  });

  it('is verified by other programs: sha256sum and Python agree', () => {
    const directory = make();
    expect(execFileSync('sha256sum', ['-c', '--strict', 'checksums.sha256'], { cwd: directory, encoding: 'utf8' }).trim().split('\n')).toHaveLength(3);
    const script = 'import json,hmac,hashlib,base64\na=json.load(open("model-v1.json",encoding="utf-8"));s=json.load(open("model-v1.sig"))\n'
      + 'c=json.dumps(a,sort_keys=True,separators=(",",":"),ensure_ascii=False).encode()\n'
      + 'print(base64.b64encode(hmac.new(b"0123456789abcdef0123456789abcdef",c,hashlib.sha256).digest()).decode()==s["signature"]["value"],s["target"],s["signed_at"],s["signature"]["key_id"])';
    expect(execFileSync('python3', ['-c', script], { cwd: directory, encoding: 'utf8' }).trim()).toBe('True model-v1.json 2026-11-20T09:00:00+00:00 k1');
  });

  it('can be signed with SHA-384', () => {
    const directory = writeBundle(workspace.context, { model: 'btc', version: 'v1', artifact: members(artifact()), key, algorithm: 'HMAC-SHA384' });
    expect(readFileSync(join(directory, 'model-v1.sig'), 'utf8')).toContain('HMAC-SHA384');
    expect(findings(directory)).toEqual([]);
  });

  it.each<readonly [string, (directory: string) => void, readonly string[]]>([
    ['an artifact that was changed', (d) => { writeFileSync(join(d, 'model-v1.json'), readFileSync(join(d, 'model-v1.json'), 'utf8').replace('3.75', '3.76')); },
      ['problem checksum_mismatch model-v1.json', 'problem signature_invalid model-v1.sig']],
    ['an artifact whose number changed its kind', (d) => { writeFileSync(join(d, 'model-v1.json'), readFileSync(join(d, 'model-v1.json'), 'utf8').replace('"bias": 1', '"bias": 1.0')); },
      ['problem checksum_mismatch model-v1.json', 'problem signature_invalid model-v1.sig']],
    ['a signature taken away together with its checksum', (d) => {
      rmSync(join(d, 'model-v1.sig'));
      writeFileSync(join(d, 'checksums.sha256'), readFileSync(join(d, 'checksums.sha256'), 'utf8').split('\n').filter((line) => !line.endsWith('.sig')).join('\n'));
    }, ['problem signature_missing model-v1.sig']],
    ['a checksum taken away', (d) => { writeFileSync(join(d, 'checksums.sha256'), readFileSync(join(d, 'checksums.sha256'), 'utf8').split('\n').slice(1).join('\n')); }, ['problem checksum_missing model-v1']],
    ['all checksums taken away', (d) => { rmSync(join(d, 'checksums.sha256')); }, ['problem checksum_missing checksums.sha256']],
    ['a checksum that is none', (d) => { writeFileSync(join(d, 'checksums.sha256'), `${readFileSync(join(d, 'checksums.sha256'), 'utf8')}../x\n`); }, ['problem bundle_unreadable checksums.sha256']],
    ['a file that nobody listed', (d) => { writeFileSync(join(d, 'more.txt'), ''); }, ['problem checksum_missing more.txt']],
    ['metadata taken away', (d) => { rmSync(join(d, 'model-v1.metadata.json')); }, ['problem bundle_incomplete model-v1.metadata.json', 'problem bundle_incomplete model-v1.metadata.json']],
    ['nothing in it', (d) => { for (const name of readdirSync(d)) rmSync(join(d, name)); }, ['problem checksum_missing checksums.sha256', 'problem bundle_incomplete 20261120T090000Z']],
  ])('with %s does not hold', (_name, damage, expected) => {
    const directory = make();
    damage(directory);
    const found = findings(directory);
    expect(found).toHaveLength(expected.length);
    for (const [at, one] of expected.entries()) expect(found[at]).toContain(one);
  });

  it('does not hold for another key, or a version that it does not name, or a schema that it breaks', () => {
    const directory = make();
    expect(findings(directory, [{ keyId: 'k1', secret: Buffer.alloc(32) }])).toEqual(['problem signature_invalid model-v1.sig']);
    expect(findings(directory, [])).toEqual(['problem signature_unknown_key model-v1.sig']);
    expect(findings(make(null))).toEqual(['problem signature_missing model-v1.sig']);
    expect(findings(make(null), [], false)).toEqual(['warning signature_missing model-v1.sig']);
    writeFileSync(join(directory, 'model-v1.json'), '{"metadata": {}}');
    expect(findings(directory)).toEqual(expect.arrayContaining(['problem version_mismatch model-v1.json', 'problem artifact_invalid model-v1.json']));
  });

  it('is not made of an artifact that breaks the schema, nor outside of its folder', () => {
    expect(() => writeBundle(workspace.context, { model: 'btc', version: 'v1', artifact: members(parseJson('{}')), key })).toThrow(/breaks the schema/u);
    expect(() => writeBundle(workspace.context, { model: '../x', version: 'v1', artifact: members(artifact()), key })).toThrow(/cannot be used/u);
  });

  it('is found by the verification of all models', () => {
    make(null);
    mkdirSync(join(workspace.root, 'audit/ai_decision/models/btc/.bundle-left'));
    const answer = verifyModels(workspace.context, { model: 'btc' }, { keys: [key], requireSignature: true });
    expect(answer).toMatchObject({ status: 'problems', bundles: 1, versions: 0, findings: [{ kind: 'signature_missing', version: 'v1', model: 'btc' }] });
  });

  it.each([['crash', false], ['crash', true], ['EIO', false], ['ENOSPC', false]] as const)('is there whole or not at all after a fault at any file operation (%s, late: %s)', async (kind, late) => {
    const hits = await atEveryCall((at) => ({ at, kind, late }), (fault) => {
      const bench = testWorkspace();
      try {
        const faulty = faultyFileSystem(nodeFileSystem, fault);
        let made = false;
        try {
          make(key, bench.over(faulty.fs));
          made = true;
        } catch (error) {
          expect(error instanceof SimulatedCrash || isConsoleError(error)).toBe(true);
        }
        faulty.release();
        const answer = verifyModels(bench.context, {}, { keys: [key], requireSignature: true });
        expect(answer.findings).toEqual([]);
        if (made) expect(answer.bundles).toBe(1);
        return faulty.fired;
      } finally {
        bench.remove();
      }
    });
    expect(hits).toBeGreaterThan(10);
  });
});
