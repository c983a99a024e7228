/** Promise: after a promotion the earlier command's answer, key by key, with the audit record as ReportCenter lists it. */
import { join, resolve } from 'node:path';
import type { ReportEntry } from '#contract';
import { openReportIndex, reportEntry } from '#engines/reports';
import type { EngineContext } from '#engines/storage';
import { auditRecords, tookPlace } from './history.ts';
import { fileNames } from './places.ts';
import { jsonOf, plainOf, printStrictLine, type JsonObject } from './pythonJson.ts';
import { readState } from './registry.ts';

export interface PromoteAnswer {
  readonly status: 'ok';
  readonly model: string;
  readonly version: unknown;
  readonly reason: unknown;
  readonly champion_path: string;
  readonly challengers_path: string;
  readonly audit_directory: string;
  readonly audit_entry: ReportEntry | null;
}

/** Name of the record that a plan left in `<audit>/<model>`; null where it was not carried out. */
export function promotionOfPlan(context: EngineContext, { audit, model, plan }: { readonly audit: string; readonly model: string; readonly plan: string }): string | null {
  const record = auditRecords(context, join(audit, model)).find(({ summary }) => summary.get('plan_id') === plan && summary.get('mode') !== 'undo' && tookPlace(summary));
  return record === undefined ? null : `${model}/${record.name}`;
}

export interface PromotionPlace {
  readonly quality: string;
  readonly audit: string;
  /** `<model>/<stamp>_<version>`, as in the facts of the plan's result. */
  readonly promotion: string;
}

interface Answered {
  readonly answer: PromoteAnswer;
  /** The audit record with every number as it stands there; null where it cannot be read. */
  readonly summary: JsonObject | null;
}

function answered(context: EngineContext, { quality, audit, promotion }: PromotionPlace): Answered {
  const model = promotion.slice(0, promotion.indexOf('/'));
  const directory = resolve(audit, promotion);
  const found = readState(context, join(directory, 'summary.json'));
  const summary = found.kind === 'value' ? found.value : null;
  const value = (key: string): unknown => plainOf(summary?.get(key) ?? null);
  const index = openReportIndex(context, audit);
  index.refresh();
  const report = index.reports.find((each) => each.relativePath === promotion);
  return {
    summary,
    answer: {
      status: 'ok', model, version: value('version'), reason: value('reason'),
      champion_path: join(quality, model, fileNames.champion), challengers_path: join(quality, model, fileNames.challengers),
      audit_directory: directory, audit_entry: report === undefined ? null : reportEntry(index, report),
    },
  };
}

export const promoteAnswer = (context: EngineContext, place: PromotionPlace): PromoteAnswer => answered(context, place).answer;

/** The same as one line of strict JSON in which the numbers of the record keep their own digits. */
export function promoteLine(context: EngineContext, place: PromotionPlace): string {
  const { answer, summary } = answered(context, place);
  const entry = answer.audit_entry;
  const whole = entry === null || summary === null || (entry.summary ?? null) === null ? entry : { ...entry, summary };
  return printStrictLine(jsonOf({ ...answer, version: summary?.get('version') ?? null, audit_entry: whole }));
}
