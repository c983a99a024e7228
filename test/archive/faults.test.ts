/** The disk fails or the process dies at every single call. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isConsoleError } from '#contract';
import { discard, findStaged, isStagedName, publish, stagedPaths } from '#engines/archive';
import { nodeFileSystem } from '#engines/storage';
import { atEveryCall, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { clearAway, codeOf, expectPublished, failureOf, left, makeAndPublish, makeSmallReport } from './making.ts';
import { contextWith, formats, picture, token, workshop } from './workshop.ts';

const shop = workshop();

describe.each(formats)('making %s on a failing disk', (format) => {
  it.each(['EIO', 'ENOSPC', 'EPERM', 'EBUSY'] as const)('leaves nothing at all when any one call fails with %s, or else a verified archive', async (kind) => {
    makeSmallReport(shop);
    const before = picture(shop.report, { modes: true, times: true });
    const hits = await atEveryCall((at): Fault => ({ at, kind }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), shop, format));
      if (failure === null) {
        await expectPublished(shop, format);
        expect(left(shop, format).filter((name) => !isStagedName(name))).toHaveLength(2);
        clearAway(shop, format);
      } else {
        expect(isConsoleError(failure) ? failure.code : failure).toBe(kind === 'ENOSPC' ? 'NO_SPACE' : 'IO');
        expect(left(shop, format)).toEqual([]);
      }
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(8);
    expect(picture(shop.report, { modes: true, times: true })).toEqual(before);
  });

  it('leaves nothing under the final name on a disk that stays full', async () => {
    makeSmallReport(shop);
    await atEveryCall((at): Fault => ({ at, kind: 'ENOSPC', counts: (call) => call.name === 'write', sticky: true }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const code = await codeOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), shop, format));
      expect(code).toBe(faulty.fired ? 'NO_SPACE' : 'null');
      if (faulty.fired) expect(left(shop, format)).toEqual([]);
      return faulty.fired;
    });
  });

  it('makes the same archive when any write is short', async () => {
    makeSmallReport(shop);
    const hits = await atEveryCall((at): Fault => ({ at, kind: 'short' }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      await makeAndPublish(contextWith(faulty.fs, shop.root), shop, format);
      await expectPublished(shop, format);
      clearAway(shop, format);
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(1);
  });

  it('fails with the path when any read fails, and leaves nothing', async () => {
    makeSmallReport(shop);
    const counts = (call: { readonly name: string }): boolean => ['read', 'readlink', 'lstat', 'fstat'].includes(call.name);
    const hits = await atEveryCall((at): Fault => ({ at, kind: 'EIO', counts }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), shop, format));
      if (faulty.fired && failure !== null) {
        expect(isConsoleError(failure) && failure.code).toBe('IO');
        expect(left(shop, format)).toEqual([]);
      } else {
        await expectPublished(shop, format);
        clearAway(shop, format);
      }
      return faulty.fired;
    });
    expect(hits).toBeGreaterThan(10);
  });

  it.each([false, true])('can be completed or reverted after a crash at any call (just after it: %s)', async (late) => {
    makeSmallReport(shop);
    let completed = 0;
    let reverted = 0;
    await atEveryCall((at): Fault => ({ at, kind: 'crash', late }), async (fault) => {
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const failure = await failureOf(() => makeAndPublish(contextWith(faulty.fs, shop.root), shop, format));
      faulty.release();
      if (!faulty.fired) return false;
      // A crash while the second names are removed is one of a publication that was done.
      if (failure === null) expect(existsSync(shop.destination(format))).toBe(true);
      // Whatever stands under the final name is whole.
      if (existsSync(shop.destination(format))) await expectPublished(shop, format);
      const staged = findStaged(shop.context, shop.destination(format), token);
      if (staged) {
        completed += 1;
        publish(shop.context, staged);
        await expectPublished(shop, format);
        expect(left(shop, format)).toHaveLength(2);
        clearAway(shop, format);
      } else {
        reverted += 1;
        expect(left(shop, format).every(isStagedName)).toBe(true);
        discard(shop.context, { ...stagedPaths(shop.destination(format), token), token });
        expect(left(shop, format)).toEqual([]);
      }
      return true;
    });
    expect(completed).toBeGreaterThan(3);
    expect(reverted).toBeGreaterThan(3);
  });
});
