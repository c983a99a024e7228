/** What is activated is what was published: by manifest, journal and signed bundle. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema, type ConsoleConfig } from '#contract';
import { activationProvider, bundleKeys, publishedHashes, publishFile, validateInRepository, verifyModels } from '#engines/artifacts';
import { openJournal, type Journal } from '#engines/journal';
import { applyPlan, createPlan, type PlanProvider, type PlansEngine } from '#engines/plans';
import { unwatched } from '#engines/storage';
import { actorNamed } from '../support/workspace.ts';
import { artifact, openShelf, type Shelf } from './support.ts';

const anna = actorNamed('anna');
const signed: ConsoleConfig = consoleConfigSchema.parse({ artifacts: { signature_keys: [{ id: 'k1', file: 'config/k1.key' }], require_signature: true } });
const plain: ConsoleConfig = consoleConfigSchema.parse({});

let shelf: Shelf;
let journal: Journal;
beforeEach(() => {
  shelf = openShelf();
  journal = openJournal(shelf.context, { workspaceId: 'ws-test', lock: (work) => work() });
  chmodSync(shelf.put('config/k1.key', '0123456789abcdef0123456789abcdef\n'), 0o600);
  shelf.put('data/new.json', JSON.stringify(artifact()));
});
afterEach(() => shelf.remove());

const publish = (version: string, config: ConsoleConfig = signed) =>
  publishFile(shelf.context, { model: 'decision_engine', path: 'data/new.json', version, alias: ['latest'] }, { actor: anna, journal, keys: bundleKeys(shelf.context, config) });

const engine = (config: ConsoleConfig): PlansEngine => ({
  context: shelf.context, workspaceId: () => 'ws-test', config: () => config, record: (record) => journal.append(record), recorded: (query) => journal.list(query), changed: () => undefined,
  providers: new Map((['artifacts.activate', 'artifacts.rollback'] as const).map((kind) => [kind, activationProvider(kind, { gate: () => ({ open: true, unknown: false, reasons: [] }), journal: () => journal }) as PlanProvider])),
});
const planned = async (version: string, config = plain, operation: 'artifacts.activate' | 'artifacts.rollback' = 'artifacts.activate') =>
  createPlan(engine(config), { operation, input: { model: 'decision_engine', ref: version, reason: 'better on every window' }, actor: anna, confined: false, signal: unwatched });
const activate = async (version: string, config = plain): Promise<void> => {
  shelf.clock.advance(1000);
  const { id, targets } = await planned(version, config);
  expect(targets[0]?.error).toBe(null);
  await applyPlan(engine(config), { id, actor: anna, confirmation: null, signal: unwatched });
};
const fault = async (version: string, config = plain, operation?: 'artifacts.rollback') => (await planned(version, config, operation)).targets[0]?.error ?? null;

const fileOf = (version: string): string => join(shelf.repository.base, `model-${version}.json`);
/** Another bias, which is as sound as the one before. */
const tamper = (version: string): void => writeFileSync(fileOf(version), readFileSync(fileOf(version), 'utf8').replace('"bias": 1', '"bias": 2'));
const verify = (config = plain) => {
  const { keys, requireSignature } = bundleKeys(shelf.context, config);
  return verifyModels(shelf.context, {}, { keys, requireSignature, published: publishedHashes(journal) }).findings.map(({ kind, version, severity }) => `${severity} ${kind} ${version ?? ''}`);
};
const bundles = (): readonly string[] => readdirSync(join(shelf.root, 'audit/ai_decision/models/decision_engine'));

describe('an artifact that was changed after it was published', () => {
  it('does not validate, does not verify, and cannot be activated or gone back to', async () => {
    publish('v1', plain);
    publish('v2', plain);
    await activate('v1');
    await activate('v2');
    expect(verify()).toEqual([]);
    tamper('v1');
    expect(validateInRepository(shelf.context, { model: 'decision_engine', ref: 'v1' })).toMatchObject({ valid: false, errors: [{ path: '$', keyword: 'integrity' }] });
    expect(verify()).toEqual(['problem artifact_changed v1']);
    expect(await fault('v1')).toMatch(/is not what was published/u);
    expect(await fault('@previous', plain, 'artifacts.rollback')).toMatch(/is not what was published/u);
    expect(shelf.repository.active()).toBe('v2');
  });

  it('is found through the journal where the manifest was changed with it', async () => {
    const { sha256 } = publish('v1', plain);
    tamper('v1');
    const changed = execFileSync('sha256sum', [fileOf('v1')], { encoding: 'utf8' }).slice(0, 64);
    writeFileSync(join(shelf.repository.base, 'manifest.json'), shelf.manifestText().replace(sha256, changed));
    expect(validateInRepository(shelf.context, { model: 'decision_engine', ref: 'v1' }).valid).toBe(true);
    expect(verify()).toEqual(['problem artifact_changed v1']);
    expect(await fault('v1')).toMatch(/the journal has the SHA-256/u);
  });

  it('that the bot published is known by nobody, and judged by its content alone', async () => {
    shelf.publish('v1');
    writeFileSync(join(shelf.repository.base, 'manifest.json'), shelf.manifestText().replace(/,\n +"sha256": "[0-9a-f]+"/u, ''));
    expect([verify(), await fault('v1')]).toEqual([[], null]);
    writeFileSync(join(shelf.repository.base, 'manifest.json'), shelf.manifestText().replace('"saved_at"', '"sha256": 1, "saved_at"'));
    expect(verify()).toEqual(['problem artifact_changed v1']);
  });
});

describe('where the policy asks for signatures', () => {
  it('publishing makes one signed bundle of the very bytes, and only with it a version is activated', async () => {
    const made = publish('v1');
    expect(made).toMatchObject({ bundle: 'audit/ai_decision/models/decision_engine/20261120T090000Z', warnings: [] });
    expect(readFileSync(join(shelf.root, made.bundle ?? '', 'model-v1.json'))).toEqual(readFileSync(fileOf('v1')));
    expect(journal.list({ type: ['artifact_publish'], limit: 1 }).entries[0]?.data['bundle']).toBe(made.bundle);
    shelf.clock.advance(5000);
    expect(publish('v1')).toMatchObject({ already_there: true, bundle: made.bundle });
    expect(bundles()).toHaveLength(1);
    expect([verify(signed), await fault('v1', signed)]).toEqual([[], null]);
    rmSync(join(shelf.root, made.bundle ?? '', 'model-v1.sig'));
    expect(await fault('v1', signed)).toMatch(/no bundle that verifies/u);
    expect(verify(signed)).toContain('problem bundle_missing v1');
  });

  it('a version without a bundle is a problem until it is published once more', async () => {
    publish('v1', plain);
    expect(verify(signed)).toEqual(['problem bundle_missing v1']);
    expect(verify(plain)).toEqual([]);
    expect(await fault('v1', signed)).toMatch(/asks for a signature/u);
    publish('v1');
    await activate('v1', signed);
    expect(shelf.repository.active()).toBe('v1');
  });

  it('a key that cannot be used is told, and so is a policy that nobody can read', () => {
    chmodSync(join(shelf.root, 'config/k1.key'), 0o644);
    const { bundle, warnings } = publish('v1');
    expect([bundle, warnings.join(' ')]).toEqual([null, expect.stringMatching(/no signed bundle.*0600/u)]);
    expect(bundleKeys(shelf.context, consoleConfigSchema.parse({ artifacts: 'unreadable' }))).toMatchObject({ keys: [], requireSignature: true, findings: [{}] });
  });
});

describe('a pipe in the place of a file', () => {
  it.each(['model-v1.json', 'manifest.json'])('holds nobody up: %s', (name) => {
    shelf.publish('v1');
    rmSync(join(shelf.repository.base, name));
    execFileSync('mkfifo', [join(shelf.repository.base, name)]);
    expect(() => shelf.repository.load('v1')).toThrow(expect.objectContaining({ code: 'DOCUMENT_CORRUPT' }));
    expect(verify()).toHaveLength(1);
  });

  it('nor does one in the place of a key, or of a source', () => {
    rmSync(join(shelf.root, 'config/k1.key'));
    execFileSync('mkfifo', ['-m', '600', join(shelf.root, 'config/k1.key')]);
    expect(bundleKeys(shelf.context, signed)).toMatchObject({ keys: [], findings: [{ message: 'is no file' }] });
    rmSync(join(shelf.root, 'data/new.json'));
    execFileSync('mkfifo', [join(shelf.root, 'data/new.json')]);
    expect(() => publish('v1')).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }));
  });
});
