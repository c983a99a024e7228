import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema } from '#contract';
import { bundleKeys, isMembers, jsonOf, parseJson, verifyModels, verifySignature, writeBundle, type JsonMembers } from '#engines/artifacts';
import { openConsole } from '#runtime';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { artifact } from './support.ts';

interface Vector {
  readonly id: string;
  readonly input_text: string;
  readonly hmac_sha256?: string;
  readonly hmac_sha384?: string;
}

const { key_text: keyText, vectors } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/canonical_json.json'), 'utf8')) as { readonly key_text: string; readonly vectors: readonly Vector[] };

let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

function putKey(path: string, content: string | Uint8Array, mode = 0o600): void {
  const full = workspace.put(path, '');
  writeFileSync(full, content);
  chmodSync(full, mode);
}

const read = (artifacts: unknown) => bundleKeys(workspace.context, consoleConfigSchema.parse({ artifacts }));
const named = (file: string, id: string | null = 'k1') => read({ signature_keys: [{ id, file }] });

function members(value: unknown): JsonMembers {
  const json = jsonOf(value);
  if (!isMembers(json)) throw new Error('no object');
  return json;
}

describe('the keys of signatures', () => {
  it('come from files, without the line end, and hold the golden signatures', () => {
    putKey('config/k1.key', `${keyText}\n`);
    const { keys, findings } = named('config/k1.key');
    expect(findings).toEqual([]);
    const golden = vectors.filter((vector) => vector.hmac_sha256 !== undefined);
    expect(golden.length).toBeGreaterThan(10);
    for (const { id, input_text: text, hmac_sha256: short, hmac_sha384: long } of golden) {
      expect(verifySignature(parseJson(text), jsonOf({ algorithm: 'HMAC-SHA256', value: short, key_id: 'k1' }), keys), id).toBe('valid');
      expect(verifySignature(parseJson(text), jsonOf({ algorithm: 'HMAC-SHA384', value: long, key_id: 'k1' }), keys), id).toBe('valid');
      expect(verifySignature(parseJson(text), jsonOf({ algorithm: 'HMAC-SHA256', value: short, key_id: 'k2' }), keys), id).toBe('unknown_key');
    }
  });

  it.each([
    ['0640', 0o640], ['0604', 0o604], ['0666', 0o666],
  ])('are not used from a file of mode %s', (text, mode) => {
    putKey('config/k1.key', keyText, mode);
    expect(named('config/k1.key')).toMatchObject({ keys: [], findings: [{ kind: 'signature_key_unusable', severity: 'problem', message: expect.stringContaining(text) as string }] });
  });

  it.each<readonly [string, () => void, string]>([
    ['is not there', () => undefined, 'cannot be read'],
    ['is a folder', () => { mkdirSync(join(workspace.root, 'config/k1.key'), { recursive: true }); }, 'no file'],
    ['is blank', () => putKey('config/k1.key', ' \n\t'), 'shorter than 16'],
    ['holds a short key', () => putKey('config/k1.key', 'secret\n'), 'shorter than 16'],
    ['is no key but a long text', () => putKey('config/k1.key', 'x'.repeat(5000)), 'larger than'],
  ])('are missing where a file %s, and no message shows what is in it', (_what, prepare, message) => {
    prepare();
    const answer = named('config/k1.key');
    expect(answer).toMatchObject({ keys: [], findings: [{ message: expect.stringContaining(message) as string }] });
    expect(JSON.stringify(answer)).not.toContain('secret\\n');
  });

  it('may be bytes of any kind, from a file anywhere, and without a name', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, n) => 255 - n));
    putKey('elsewhere/k', bytes);
    expect(named(join(workspace.root, 'elsewhere/k'), null).keys).toEqual([{ keyId: null, secret: bytes }]);
  });

  it.each([[{ signature_keys: 'k1' }], [{ signature_keys: [{ id: 'k1', key: 'in clear' }] }], [{ require_signature: 'yes' }], [[]]])(
    'are none where the policy says %j, which is a problem and lets no unsigned bundle pass', (artifacts) => {
      expect(read(artifacts)).toMatchObject({ keys: [], requireSignature: true, findings: [{ path: 'config/console.json' }] });
    });

  it('make verification find what was signed with them, and what was not', async () => {
    const bundle = { model: 'btc', version: 'v1', artifact: members(artifact()) };
    writeBundle(workspace.context, { ...bundle, key: { keyId: 'k1', secret: Buffer.from(keyText) } });
    const ask = async (): Promise<{ readonly status: string; readonly findings: readonly { readonly kind: string }[] }> => {
      const console = await openConsole({ workspace: workspace.root, host: 'cli', threads: false, configDirectory: join(workspace.root, 'person') });
      const result = await console.call('artifacts.verify', {}, { door: 'cli' });
      await console.close();
      if (!result.ok) throw new Error(result.error.message);
      return result.value as Awaited<ReturnType<typeof ask>>;
    };
    expect((await ask()).findings).toMatchObject([{ kind: 'signature_unknown_key' }]);
    workspace.put('config/console.json', JSON.stringify({ artifacts: { signature_keys: [{ id: 'k1', file: 'config/k1.key' }], require_signature: true } }));
    expect((await ask()).findings.map((each) => each.kind)).toEqual(['signature_key_unusable', 'signature_unknown_key']);
    putKey('config/k1.key', keyText);
    expect(await ask()).toMatchObject({ status: 'verified', findings: [] });
    putKey('config/k1.key', keyText.toUpperCase());
    expect((await ask()).findings).toMatchObject([{ kind: 'signature_invalid' }]);
    putKey('config/k1.key', keyText);
    workspace.clock.advance(1000);
    writeBundle(workspace.context, { ...bundle, key: null });
    expect(await ask()).toMatchObject({ status: 'problems', findings: [{ kind: 'signature_missing', severity: 'problem' }] });
    expect(verifyModels(workspace.context, {}, { keys: [], requireSignature: false }).findings.map((each) => each.kind)).toEqual(['signature_unknown_key', 'signature_missing']);
  });
});
