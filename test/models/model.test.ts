import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConsoleError } from '#contract';
import { applyPlan, createPlan } from '#engines/plans';
import { autoPromote, jsonOf, pinModel, recordReport, unpinModel, type JsonObject } from '#engines/models';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, entry, putModel, report, testParts, testPlans, versionsOnDisk, witness, type Witness } from './support.ts';

const anna = actorNamed('anna');
const reason = 'a reason that is long enough';

type Step =
  | { readonly kind: 'report'; readonly accuracy: number; readonly degraded: boolean }
  | { readonly kind: 'auto' | 'unpin' | 'foreign' }
  | { readonly kind: 'pin'; readonly minutes: number | null }
  | { readonly kind: 'promote' | 'rollback'; readonly pick: number; readonly pin: boolean }
  | { readonly kind: 'wait'; readonly minutes: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('report' as const), accuracy: fc.integer({ min: 1, max: 9 }), degraded: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('auto' as const, 'auto' as const, 'unpin' as const, 'foreign' as const) }),
  fc.record({ kind: fc.constant('pin' as const), minutes: fc.option(fc.integer({ min: 1, max: 90 })) }),
  fc.record({ kind: fc.constantFrom('promote' as const, 'rollback' as const), pick: fc.nat(12), pin: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 60 }) }),
);

class World {
  readonly workspace: TestWorkspace = testWorkspace();
  readonly seen: Witness = witness();
  readonly known = new Set<string>(['v0']);
  /** Until when automation is held; null: not held. */
  held: number | null = null;
  #count = 0;

  constructor() {
    putModel(this.workspace.root, 'alpha', { champion: report('v0', 0.5, 1, 0), entries: [] });
  }

  next(): string {
    this.#count += 1;
    const version = `v${this.#count}`;
    this.known.add(version);
    return version;
  }

  holds(): boolean {
    return this.held !== null && this.held > this.workspace.clock.now();
  }

  async run(step: Step): Promise<void> {
    const parts = testParts(this.workspace.context, this.seen);
    const automatic = step.kind === 'report' || step.kind === 'auto';
    const before = versionsOnDisk(this.workspace.root, 'alpha').champion;
    const held = this.holds();
    try {
      await this.act(step, parts);
    } catch (error) {
      // A pin that is not there, a version that cannot be chosen: refusals leave everything as it was.
      if (!isConsoleError(error) || !['NOT_FOUND', 'CONFLICT'].includes(error.code)) throw error;
    }
    if (automatic && held) expect(versionsOnDisk(this.workspace.root, 'alpha').champion).toBe(before);
  }

  private async act(step: Step, parts: ReturnType<typeof testParts>): Promise<void> {
    const { root, clock } = this.workspace;
    switch (step.kind) {
      case 'wait': clock.advance(step.minutes * 60_000); return;
      case 'report': {
        const body = report(this.next(), step.accuracy / 10, 1, 0, step.degraded ? 'degraded' : 'ok');
        recordReport(parts, { model: 'alpha', report: jsonOf(body) as JsonObject, actor: anna });
        return;
      }
      case 'auto': autoPromote(parts, { cycle: { status: 'completed', errors: [], alerts: [] }, actor: anna }); return;
      case 'unpin':
        unpinModel(parts, { model: 'alpha', reason, actor: anna });
        this.held = null;
        return;
      case 'pin': {
        const until = step.minutes === null ? null : clock.now() + step.minutes * 60_000;
        pinModel(parts, { model: 'alpha', reason, actor: anna, ...(until === null ? {} : { until: new Date(until).toISOString() }) });
        this.held = until ?? Infinity;
        return;
      }
      case 'foreign': this.foreign(root); return;
      default: await this.promote(step, parts);
    }
  }

  /** The other program trains: its new model becomes the first of its list. */
  private foreign(root: string): void {
    const path = join(root, 'var/models/quality/alpha/challengers.json');
    const { entries } = JSON.parse(readFileSync(path, 'utf8')) as { readonly entries: readonly unknown[] };
    putModel(root, 'alpha', { entries: [entry(report(this.next(), 0.55, 1, 0)), ...entries] });
  }

  private async promote(step: Extract<Step, { readonly kind: 'promote' | 'rollback' }>, parts: ReturnType<typeof testParts>): Promise<void> {
    const { challengers } = versionsOnDisk(this.workspace.root, 'alpha');
    const version = step.kind === 'promote' ? String(challengers[step.pick % Math.max(1, challengers.length)] ?? 'none') : undefined;
    const engine = testPlans(parts);
    const plan = await createPlan(engine, asking(`models.${step.kind}`, { model: 'alpha', version, reason, pin: step.pin }, anna));
    await applyPlan(engine, act(plan.id, anna));
    this.held = step.pin ? Infinity : null;
  }

  /** Every version is still in one of the files that belong to the model. */
  check(): void {
    const { root } = this.workspace;
    const folder = join(root, 'var/models/quality/alpha');
    const text = readdirSync(folder).filter((name) => ['champion.json', 'challengers.json', 'history.json'].includes(name)).map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    for (const version of this.known) expect(text, version).toContain(`"version": "${version}"`);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    const audits = this.audits();
    expect(this.seen.records.filter((each) => each.type === 'model_change')).toHaveLength(audits);
    expect(this.seen.decisions).toHaveLength(audits);
    expect(this.seen.events).toHaveLength(audits);
  }

  private audits(): number {
    try {
      return readdirSync(join(this.workspace.root, 'audit/champion_promotions/alpha')).length;
    } catch {
      return 0;
    }
  }
}

describe('any sequence of reports, cycles, promotions, rollbacks and pins under a moving clock', () => {
  it('loses no version, never moves a pinned champion by itself, and keeps records, journals and events in step', async () => {
    await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 25 }), async (sequence) => {
      const world = new World();
      try {
        for (const step of sequence) await world.run(step);
        world.check();
      } finally {
        world.workspace.remove();
      }
    }), { numRuns: 40 });
  });
});
