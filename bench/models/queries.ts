/** Champions, status and "as of" in a running console with 500 models and 100,000 journal entries. */
import { runMeasuring } from '../lib/children.ts';
import { atMost, lineOf } from '../lib/measure.ts';
import { journalEntries, onCopy } from '../lib/models.ts';
import type { Benchmark, Line } from '../lib/types.ts';

interface Times {
  readonly list: readonly number[];
  readonly champion: readonly number[];
  readonly status: readonly number[];
  readonly as_of: readonly number[];
}

interface Answered extends Omit<Times, 'as_of'> {
  readonly first: Times;
  readonly one: readonly number[];
  readonly asOf: readonly number[];
  readonly files: readonly number[];
  readonly journal: readonly number[];
}

/** What a start does is over by then. */
const settledSeconds = 8;
const bareFiles = 'bare read + JSON.parse';
const bareJournal = 'bare read + JSON.parse of those lines';

export const queries: Benchmark = {
  name: 'queries',
  promise: 'Status and champions of 500 models within 150 ms, "as of" over 100,000 journal entries within 300 ms.',
  run: async ({ root, cache, runs }) => {
    const told = await onCopy(cache, (workspace) => runMeasuring<Answered>('models.ts', [workspace, String(Math.max(5, runs))], { cwd: root }));
    const { first } = await onCopy(cache, (workspace) => runMeasuring<Answered>('models.ts', [workspace, '0', String(settledSeconds)], { cwd: root }));
    const early = (name: string, ours: readonly number[]): Line =>
      lineOf({ name, ran: 'asked within the first second, while the console brings the decision loop into order, on the same two processors; for information', unit: 'ms', samples: { ours: ms(ours), other: ms(told.files) }, other: bareFiles, bound: null });
    const ms = (seconds: readonly number[]): number[] => seconds.map((each) => each * 1000);
    const line = (name: string, ran: string, ours: readonly number[], bound: number, floor: readonly number[] = told.files, other: string = bareFiles): Line =>
      lineOf({ name, ran, unit: 'ms', samples: { ours: ms(ours), other: ms(floor) }, other, bound: atMost('ours', bound) });
    return [
      line('500 models: status of each', 'models.list through the door of a window, answer checked against its schema; against reading and parsing champion.json and challengers.json of all 500', told.list, 150),
      line('500 models: champions', 'models.champion, all of them, whole reports of champions and challengers', told.champion, 150),
      line('500 models: one champion', 'models.champion of one model', told.one, 150),
      line('schedule', 'retraining.status', told.status, 150),
      line('500 models: first question for the status', 'models.list as the first question about models of a person, once the console has come to rest after its start', first.list, 150),
      line('500 models: first question for champions', 'models.champion right after it', first.champion, 150),
      early('500 models: status in the first second', told.first.list),
      early('500 models: champions in the first second', told.first.champion),
      line(`as of over ${journalEntries.toLocaleString('en')} entries`, 'models.champion with as_of, all 500 models, at changing instants; against reading the segments and parsing the lines that speak of models', told.asOf, 300, told.journal, bareJournal),
      line('as of, first question', 'the same, the first time after the console started', first.as_of, 300, told.journal, bareJournal),
    ];
  },
};
