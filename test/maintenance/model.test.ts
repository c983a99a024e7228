/** Any sequence of operations, compared after each step with a model that is nothing but place → content. */
import fs from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlanDocument } from '#contract';
import { listTrash, restore } from '#engines/trash';
import { unwatched } from '#engines/storage';
import { check, contentsBelow, quickDisk } from '../faults/support.ts';
import { actor, openBench, put, removeRoot, type Bench } from './support.ts';

const categories = ['daily', 'smoke'];
const names = ['a', 'b', 'c', 'a/inner'];

interface Model {
  /** Path below the reports folder → content. */
  readonly places: Map<string, string>;
  /** Undoable plans: what they took, by path. */
  readonly taken: Map<string, { readonly plan: PlanDocument; readonly files: Map<string, string> }>;
}

interface Step {
  readonly kind: 'write' | 'delete' | 'purge' | 'archive' | 'undo' | 'restore' | 'empty';
  readonly category: string;
  readonly name: string;
  readonly pick: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('write', 'write', 'delete', 'purge', 'archive', 'undo', 'restore', 'empty'),
  category: fc.constantFrom(...categories),
  name: fc.constantFrom(...names),
  pick: fc.nat(20),
});

let written = 0;

function write(bench: Bench, model: Model, { category, name }: Step): void {
  for (const file of ['summary.json', 'exports/data.csv']) {
    written += 1;
    const path = `${category}/${name}/${file}`;
    const content = JSON.stringify({ report_date: `${written}` });
    put(bench.root, `var/reports/${path}`, content, 1 + (written % 7));
    model.places.set(path, content);
  }
}

/** Takes out of the model what is at or below a path, or what a test of paths says. */
function take(model: Model, plan: PlanDocument, wanted: (path: string) => boolean): void {
  const files = new Map([...model.places].filter(([path]) => wanted(path)));
  for (const path of files.keys()) model.places.delete(path);
  if (files.size > 0) model.taken.set(plan.id, { plan, files });
}

/** As the runtime does it: the intent, the files, the outcome. */
async function restored(bench: Bench, id: string): Promise<void> {
  const base = { actor, type: 'trash_restore', operation: 'trash.restore', subject: id, data: {} };
  bench.journal.append({ ...base, stage: 'intent' });
  try {
    restore(bench.context, { id, paths: [], onConflict: 'ask', actor, workspaceId: 'ws-test' }, unwatched);
  } finally {
    bench.journal.append({ ...base, stage: 'outcome' });
  }
}

async function giveBack(bench: Bench, model: Model, id: string, how: 'undo' | 'restore'): Promise<void> {
  const entry = model.taken.get(id);
  if (!entry) return;
  const act = async (): Promise<unknown> => (how === 'undo'
    ? bench.undo(entry.plan)
    : restored(bench, id));
  if ([...entry.files.keys()].some((path) => model.places.has(path))) {
    await expect(act()).rejects.toMatchObject({ code: 'CONFLICT' });
    return;
  }
  await act();
  for (const [path, content] of entry.files) model.places.set(path, content);
  model.taken.delete(id);
}

async function perform(bench: Bench, model: Model, each: Step): Promise<void> {
  const ids = [...model.taken.keys()];
  const picked = ids[each.pick % Math.max(ids.length, 1)];
  switch (each.kind) {
    case 'write': {
      write(bench, model, each);
      break;
    }
    case 'delete': {
      const plan = await bench.plan('reports.delete', { path: `${each.category}/${each.name}` });
      await bench.apply(plan);
      take(model, plan, (path) => path.startsWith(`${each.category}/${each.name}/`));
      break;
    }
    case 'purge': {
      const plan = await bench.plan('reports.purge', { category: [each.category] });
      await bench.apply(plan);
      take(model, plan, (path) => path.startsWith(`${each.category}/`));
      break;
    }
    case 'archive': {
      await bench.apply(await bench.plan('reports.archive', { category: [each.category], format: 'tar', overwrite: each.pick % 2 === 0 }));
      break;
    }
    case 'empty': {
      const plan = await bench.plan('trash.empty', picked === undefined || each.pick % 2 === 0 ? {} : { id: [picked] });
      await bench.apply(plan);
      for (const target of plan.targets) model.taken.delete(target.relative_path);
      break;
    }
    default:
      if (picked !== undefined) await giveBack(bench, model, picked, each.kind);
  }
}

function expectSame(bench: Bench, model: Model): void {
  const onDisk = new Map([...contentsBelow(bench.base).keys()].map((path) => [path, fs.readFileSync(join(bench.base, path), 'utf8')]));
  expect(new Map([...onDisk].sort())).toEqual(new Map([...model.places].sort()));
  const inTrash = [...contentsBelow(join(bench.root, 'var/trash')).keys()].filter((path) => path.includes('/content/') && /\.(?:json|csv)$/u.test(path) && !path.endsWith('.manifest.json'));
  const wanted = [...model.taken].flatMap(([id, { files }]) => [...files.keys()].map((path) => `${id}/content/0/${path}`));
  expect(inTrash.filter((path) => wanted.includes(path)).sort()).toEqual(wanted.sort());
  expect(listTrash(bench.context).filter((entry) => entry.status !== 'present')).toEqual([]);
}

it('after any sequence of operations every file is where a simple model says, and the check finds nothing', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const bench = openBench({ fs: quickDisk });
    const model: Model = { places: new Map(), taken: new Map() };
    try {
      for (const each of steps) {
        await perform(bench, model, each);
        expectSame(bench, model);
      }
      expect((await check(bench)).findings).toEqual([]);
    } finally {
      removeRoot(bench.root);
    }
  }), { numRuns: Number(process.env['STEROWNIA_MODEL_RUNS'] ?? 60) });
});
