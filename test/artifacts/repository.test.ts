import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConsoleError } from '#contract';
import { compareVersions, jsonOf, listModels, openModelRepository, publishFile, validateInRepository, verifyModels } from '#engines/artifacts';
import { nodeFileSystem } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash, type Fault } from '../support/faultyFileSystem.ts';
import { actorNamed, inventory } from '../support/workspace.ts';
import { artifact, bytesOf, openShelf, type Shelf } from './support.ts';

let shelf: Shelf;
beforeEach(() => { shelf = openShelf(); });
afterEach(() => shelf.remove());

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isConsoleError(error)) return error.code;
    throw error;
  }
  return 'none';
}

const verify = () => verifyModels(shelf.context, {}, { keys: [], requireSignature: false });
const kinds = () => verify().findings.map((finding) => finding.kind);

describe('publishing', () => {
  it('keeps the artifact with its version stamped, and a manifest in the form of the earlier repository', () => {
    const { version, already_there: there } = shelf.repository.publish({ version: 'v1', bytes: bytesOf(artifact()), alias: ['latest', 'stable'] });
    expect({ there, active: version.active, aliases: version.aliases, problem: version.problem }).toEqual({ there: false, active: false, aliases: ['latest', 'stable'], problem: null });
    expect(shelf.manifest()).toEqual({
      active: null, aliases: { latest: 'v1', stable: 'v1' },
      versions: { v1: { aliases: ['latest', 'stable'], file: 'model-v1.json', saved_at: '2026-11-20T09:00:00+00:00', quality_report: null, sha256: createHash('sha256').update(readFileSync(join(shelf.repository.base, 'model-v1.json'))).digest('hex'),
        metrics: artifact()['metrics'], metadata: { symbol: 'BTCUSDT', nazwa: 'żółć', model_version: 'v1' } } },
    });
    const script = 'import json,sys\nfor p in sys.argv[1:]:\n  t=open(p,encoding="utf-8").read();print(json.dumps(json.loads(t),indent=2,sort_keys=True,ensure_ascii=False)+"\\n"==t)';
    const files = [join(shelf.repository.base, 'manifest.json'), join(shelf.repository.base, 'model-v1.json')];
    expect(execFileSync('python3', ['-c', script, ...files], { encoding: 'utf8' })).toBe('True\nTrue\n');
  });

  it('is repeatable, and never puts another artifact under a version', () => {
    shelf.publish('v1');
    const before = inventory(shelf.root);
    expect(shelf.repository.publish({ version: 'v1', bytes: bytesOf(artifact()), alias: ['latest'] }).already_there).toBe(true);
    expect(inventory(shelf.root)).toEqual(before);
    expect(code(() => shelf.repository.publish({ version: 'v1', bytes: bytesOf(artifact(9)), alias: [] }))).toBe('CONFLICT');
    writeFileSync(join(shelf.repository.base, 'model-v2.json'), '{}');
    expect(code(() => shelf.publish('v2'))).toBe('CONFLICT');
    expect(readFileSync(join(shelf.repository.base, 'model-v2.json'), 'utf8')).toBe('{}');
  });

  it.each([['no JSON', '{'], ['no object', '[]'], ['a number that is not finite', JSON.stringify(artifact()).replace('1.5', 'NaN')], ['a missing section', JSON.stringify(artifact(1, { metrics: {} }))]])(
    'refuses %s and writes nothing', (_name, text) => {
      expect(code(() => shelf.repository.publish({ version: 'v1', bytes: bytesOf(text), alias: [] }))).toBe('INPUT_INVALID');
      expect(existsSync(shelf.repository.base)).toBe(false);
    });

  it.each(['../x', '..', 'a/b', '', ' ', '.hidden', 'a..b', 'CON', 'nul.json', 'x.', 'ż', 'a\0b', 'a'.repeat(101)])('takes %j as no name', (name) => {
    expect(code(() => shelf.publish(name))).toBe('PATH_INVALID');
    expect(code(() => shelf.publish('v1', [name]))).toBe('PATH_INVALID');
    expect(code(() => openModelRepository(shelf.context, name))).toBe('PATH_INVALID');
  });

  it.each(['latest', 'active', 'Latest', 'ACTIVE'])('takes %j as no version, and "active" as no alias', (name) => {
    expect(code(() => shelf.publish(name, []))).toBe('PATH_INVALID');
    shelf.publish('v1', ['latest']);
    if (name.toLowerCase() === 'active') expect([code(() => shelf.publish('v2', [name])), code(() => shelf.repository.setAliases('v1', [name]))]).toEqual(['PATH_INVALID', 'PATH_INVALID']);
  });

  it('keeps versions and aliases apart', () => {
    shelf.publish('v1', ['latest']);
    expect(code(() => shelf.publish('v2', ['v1']))).toBe('CONFLICT');
    expect(code(() => shelf.repository.setAliases('v1', ['v1']))).toBe('CONFLICT');
  });

  it('reads its source inside the workspace only, and tells the journal', () => {
    const entries: unknown[] = [];
    const request = { actor: actorNamed('anna'), keys: { keys: [], requireSignature: false, findings: [] }, journal: { append: (input: { readonly stage: string; readonly data: Readonly<Record<string, unknown>> }) => { entries.push([input.stage, input.data['status']]); return input as never; } } };
    shelf.put('data/new.json', JSON.stringify(artifact()));
    symlinkSync('/etc/hostname', join(shelf.root, 'data/link.json'));
    const publish = (path: string) => publishFile(shelf.context, { model: 'decision_engine', path, version: 'v1', alias: [] }, request);
    expect(code(() => publish('/etc/hostname'))).toBe('PATH_OUTSIDE_ROOT');
    expect(code(() => publish('data/../../x'))).toBe('PATH_OUTSIDE_ROOT');
    expect(code(() => publish('data/link.json'))).toBe('PATH_OUTSIDE_ROOT');
    expect(code(() => publish('data/none.json'))).toBe('NOT_FOUND');
    expect(code(() => publish('data'))).toBe('PATH_INVALID');
    expect(entries).toEqual([]);
    publish('data/new.json');
    shelf.put('data/new.json', '{}');
    expect(code(() => publish('data/new.json'))).toBe('INPUT_INVALID');
    expect(entries).toEqual([['intent', undefined], ['outcome', 'completed'], ['intent', undefined], ['outcome', 'refused']]);
  });
});

describe('a reference', () => {
  beforeEach(() => {
    for (const version of ['v9', 'v10', 'v2']) shelf.publish(version);
  });

  it('is a version, an alias, the active one, the latest one, or a file', () => {
    shelf.repository.setActive('v9', null);
    expect(['v10', 'latest', 'active', '@active', '@latest', 'model-v2.json'].map((ref) => shelf.repository.resolve(ref).version)).toEqual(['v10', 'v2', 'v9', 'v9', 'v10', 'v2']);
    expect(shelf.repository.view().versions.map((version) => version.version)).toEqual(['v10', 'v9', 'v2']);
  });

  it('without versions takes the file that was trained last, never the manifest', () => {
    unlinkSync(join(shelf.repository.base, 'manifest.json'));
    writeFileSync(join(shelf.repository.base, 'model-v9.json'), JSON.stringify(artifact(1, { trained_at: '2026-11-20T00:00:00+00:00' })));
    writeFileSync(join(shelf.repository.base, 'zzz.json'), '{"trained_at":"2020-01-01T00:00:00+00:00"}');
    expect(shelf.repository.resolve('@latest')).toMatchObject({ version: null, path: join(shelf.repository.base, 'model-v9.json') });
    expect(validateInRepository(shelf.context, { model: 'decision_engine', ref: '@latest' })).toMatchObject({ valid: true, version: null });
  });

  it('is judged as the file lies there, not as a loader would repair it', () => {
    writeFileSync(join(shelf.repository.base, 'model-v10.json'), '{"feature_names":["a"]}');
    expect(validateInRepository(shelf.context, { model: 'decision_engine', ref: 'v10' }).errors.map(({ keyword }) => keyword)).toEqual(['integrity', ...Array.from({ length: 10 }, () => 'required')]);
  });

  it.each(['../../etc/passwd.json', '/etc/passwd.json', 'a/../../x.json', '..\\x.json', 'C:\\x.json', '\0.json'])('does not leave the folder: %j', (ref) => {
    expect(code(() => shelf.repository.resolve(ref))).toBe('PATH_OUTSIDE_ROOT');
  });

  it('that a manifest lets lead out is refused, also through a link', () => {
    const manifest = shelf.manifestText();
    for (const file of ['../../../x.json', '/etc/hostname', 'out.json']) {
      if (file === 'out.json') symlinkSync('/etc/hostname', join(shelf.repository.base, 'out.json'));
      writeFileSync(join(shelf.repository.base, 'manifest.json'), manifest.replaceAll('model-v9.json', file));
      expect(code(() => shelf.repository.load('v9'))).toBe('PATH_OUTSIDE_ROOT');
      expect(shelf.repository.view().versions.find((one) => one.version === 'v9')?.problem).toMatch(/leaves the folder|leads out/u);
      expect(kinds()).toContain('path_outside');
    }
  });

  it('that is unknown is not found', () => {
    for (const ref of ['v3', 'manifest.json', 'none.json', '@active']) expect(code(() => shelf.repository.resolve(ref))).toBe('NOT_FOUND');
    expect(code(() => shelf.repository.resolve(' '))).toBe('INPUT_INVALID');
    expect(code(() => listModels(shelf.context, 'other'))).toBe('NOT_FOUND');
  });
});

describe('aliases and the active version', () => {
  beforeEach(() => {
    shelf.publish('v1');
    shelf.publish('v2', ['latest', 'canary']);
  });
  const aliases = () => shelf.manifest()['aliases'];
  const listed = (version: string) => (shelf.manifest()['versions'] as Record<string, Record<string, unknown>>)[version]?.['aliases'];

  it('move to the newer version, in both places', () => {
    expect([aliases(), listed('v1'), listed('v2')]).toEqual([{ latest: 'v2', canary: 'v2' }, [], ['canary', 'latest']]);
    shelf.repository.setAliases('v1', ['canary', 'stable']);
    expect([aliases(), listed('v1'), listed('v2')]).toEqual([{ latest: 'v2', canary: 'v1', stable: 'v1' }, ['canary', 'stable'], ['latest']]);
    shelf.repository.setAliases('v1', []);
    shelf.repository.setAliases('v2', null);
    shelf.repository.removeAlias('latest');
    expect([aliases(), listed('v1'), listed('v2')]).toEqual([{}, [], []]);
    expect(code(() => shelf.repository.removeAlias('latest'))).toBe('NOT_FOUND');
    expect(code(() => shelf.repository.setAliases('v3', ['x']))).toBe('NOT_FOUND');
  });

  it('change only from what the caller has seen', () => {
    shelf.repository.setActive('v1', null);
    expect(code(() => shelf.repository.setActive('v2', null))).toBe('REVISION_CONFLICT');
    expect(code(() => shelf.repository.setActive('v3', 'v1'))).toBe('NOT_FOUND');
    shelf.repository.setActive('v2', 'v1');
    expect(shelf.repository.active()).toBe('v2');
  });

  it('removes a version with its aliases, keeps its file unless told otherwise, and never the active one', () => {
    shelf.repository.setActive('v1', null);
    expect(code(() => shelf.repository.removeVersion('v1'))).toBe('CONFLICT');
    shelf.repository.removeVersion('v2');
    expect([aliases(), Object.keys(shelf.manifest()['versions'] as object), existsSync(join(shelf.repository.base, 'model-v2.json'))]).toEqual([{}, ['v1'], true]);
    expect(kinds()).toEqual(['unregistered_file']);
    shelf.publish('v2');
    shelf.repository.removeVersion('v2', { deleteFile: true });
    expect(readdirSync(shelf.repository.base).sort()).toEqual(['manifest.json', 'model-v1.json']);
  });

  it('keeps quality reports, and members and numbers of other programs as they were', () => {
    const path = join(shelf.repository.base, 'manifest.json');
    writeFileSync(path, shelf.manifestText().replace('"active": null', '"active": null,\n  "other": {"n": 1.0, "tiny": 1e-07, "big": 12345678901234567890}'));
    shelf.repository.attachQualityReport('v1', jsonOf({ status: 'ok', score: 0.5 }));
    expect(shelf.manifestText()).toContain('"big": 12345678901234567890,\n    "n": 1.0,\n    "tiny": 1e-07');
    expect(shelf.repository.view().versions.find((one) => one.version === 'v1')?.quality_report).toEqual({ status: 'ok', score: 0.5 });
  });
});

describe('a manifest that another program changes or breaks', () => {
  it.each([['half of it', '{"versions": {'], ['a list', '[]'], ['versions without files', '{"versions": {"v1": {}}}'], ['odd aliases', '{"aliases": {"x": 1}}'], ['an odd active version', '{"active": 7}'], ['no text', '\u00ff']])(
    'is never reset when it holds %s', (_name, text) => {
      shelf.publish('v1');
      const path = join(shelf.repository.base, 'manifest.json');
      writeFileSync(path, text, 'latin1');
      expect(code(() => shelf.publish('v2'))).toBe('DOCUMENT_CORRUPT');
      expect(code(() => shelf.repository.setActive('v1', null))).toBe('DOCUMENT_CORRUPT');
      expect(readFileSync(path, 'latin1')).toBe(text);
      expect(shelf.repository.view().problem).toMatch(/left as it is/u);
      expect(kinds()).toContain('manifest_unreadable');
    });

  it('is read with a byte order mark and without its optional members', () => {
    shelf.publish('v1');
    const path = join(shelf.repository.base, 'manifest.json');
    writeFileSync(path, `\ufeff{"versions": {"v1": {"file": "model-v1.json"}}}`);
    expect(shelf.repository.view()).toMatchObject({ active: null, aliases: {}, versions: [{ version: 'v1', saved_at: null, metrics: {}, quality_report: null }] });
  });

  it('is not overwritten when it changes between reading and writing', () => {
    shelf.publish('v1');
    const path = join(shelf.repository.base, 'manifest.json');
    let opens = 0;
    const other = shelf.manifestText().replace('"active": null', '"active": "v1"');
    const over = shelf.over({ ...nodeFileSystem, open: (file, flags, mode) => {
      if (file === path) opens += 1;
      if (file === path && opens === 2) writeFileSync(path, other);
      return nodeFileSystem.open(file, flags, mode);
    } });
    expect(code(() => openModelRepository(over, 'decision_engine').setAliases('v1', ['x']))).toBe('REVISION_CONFLICT');
    expect(shelf.manifestText()).toBe(other);
  });
});

describe('verification', () => {
  it('finds nothing wrong with what was published', () => {
    shelf.publish('v1');
    shelf.publish('v2');
    expect(verify()).toMatchObject({ status: 'verified', versions: 2, bundles: 0, findings: [] });
  });

  it('names every disagreement between the manifest and the files', () => {
    for (const version of ['v1', 'v2', 'v3', 'v4']) shelf.publish(version);
    const base = shelf.repository.base;
    rmSync(join(base, 'model-v1.json'));
    writeFileSync(join(base, 'model-v2.json'), '{"feature_names": []}');
    writeFileSync(join(base, 'model-v3.json'), readFileSync(join(base, 'model-v4.json')));
    writeFileSync(join(base, 'extra.json'), '{}');
    writeFileSync(join(base, 'manifest.json'), shelf.manifestText().replace('"active": null', '"active": "v7"').replace('"latest": "v4"', '"latest": "v8"'));
    expect(verify().status).toBe('problems');
    expect(verify().findings.map((finding) => [finding.kind, finding.version]).sort()).toEqual([
      ['active_missing', 'v7'], ['alias_dangling', 'v8'], ['alias_disagrees', 'v4'], ['artifact_changed', 'v2'], ['artifact_changed', 'v3'], ['artifact_invalid', 'v2'], ['file_missing', 'v1'], ['unregistered_file', null],
      ['version_mismatch', 'v2'], ['version_mismatch', 'v3']].sort());
  });
});

const faults: ReadonlyArray<readonly [string, Omit<Fault, 'at'>]> = [
  ['a crash before it', { kind: 'crash' }], ['a crash after it', { kind: 'crash', late: true }], ['EIO', { kind: 'EIO' }], ['EIO although it took effect', { kind: 'EIO', late: true }],
  ['ENOSPC from then on', { kind: 'ENOSPC', sticky: true }], ['a short write', { kind: 'short' }],
];

describe('the repository after a fault at any file operation', () => {
  it.each(faults)('is old or new, and the work can be repeated (%s)', async (_name, fault) => {
    const works: readonly ((bench: Shelf, context: Shelf['context']) => void)[] = [
      (_bench, context) => { openModelRepository(context, 'decision_engine').publish({ version: 'v2', bytes: bytesOf(artifact(2)), alias: ['latest'] }); },
      (_bench, context) => openModelRepository(context, 'decision_engine').setActive('v1', null),
      (_bench, context) => openModelRepository(context, 'decision_engine').setAliases('v1', ['stable']),
      (_bench, context) => openModelRepository(context, 'decision_engine').removeVersion('v1', { deleteFile: true }),
    ];
    for (const work of works) {
      const ideal = openShelf();
      ideal.publish('v1');
      const before = ideal.manifestText();
      work(ideal, ideal.context);
      const after = ideal.manifestText();
      ideal.remove();
      const hits = await atEveryCall((at) => ({ at, ...fault }), (one) => {
        const bench = openShelf();
        try {
          bench.publish('v1');
          const faulty = faultyFileSystem(nodeFileSystem, one);
          let acknowledged = false;
          try {
            work(bench, bench.over(faulty.fs));
            acknowledged = true;
          } catch (error) {
            expect(error instanceof SimulatedCrash || isConsoleError(error)).toBe(true);
          }
          faulty.release();
          expect([before, after]).toContain(bench.manifestText());
          if (acknowledged) expect(bench.manifestText()).toBe(after);
          expect(verifyModels(bench.context, {}, { keys: [], requireSignature: false }).status).toBe('verified');
          if (bench.manifestText() === before) work(bench, bench.context);
          expect(bench.manifestText()).toBe(after);
          return faulty.fired;
        } finally {
          bench.remove();
        }
      });
      expect(hits).toBeGreaterThan(fault.kind === 'short' ? 0 : 4);
    }
  });
});

it('numbers inside versions count as numbers', () => {
  expect(['v10', 'v9', 'v9-rc1', '1.10.0', '1.9.9', 'v009', '2'].sort(compareVersions)).toEqual(['1.9.9', '1.10.0', '2', 'v009', 'v9', 'v9-rc1', 'v10']);
});
