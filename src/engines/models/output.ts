/** Promise: after a promotion the earlier command's answer, key by key, with the audit record as ReportCenter lists it. */
import { join, resolve } from 'node:path';
import type { ReportEntry } from '#contract';
import { openReportIndex, reportEntry } from '#engines/reports';
import type { EngineContext } from '#engines/storage';
import { auditRecords } from './history.ts';
import { fileNames } from './places.ts';
import { isObject, plainOf } from './pythonJson.ts';
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
  const record = auditRecords(context, join(audit, model)).find(({ summary }) => summary.get('plan_id') === plan && summary.get('mode') !== 'undo');
  return record === undefined ? null : `${model}/${record.name}`;
}

export interface PromotionPlace {
  readonly quality: string;
  readonly audit: string;
  /** `<model>/<stamp>_<version>`, as in the facts of the plan's result. */
  readonly promotion: string;
}

export function promoteAnswer(context: EngineContext, { quality, audit, promotion }: PromotionPlace): PromoteAnswer {
  const model = promotion.slice(0, promotion.indexOf('/'));
  const directory = resolve(audit, promotion);
  const summary = readState(context, join(directory, 'summary.json'));
  const value = (key: string): unknown => (summary.kind === 'value' && isObject(summary.value) ? plainOf(summary.value.get(key) ?? null) : null);
  const index = openReportIndex(context, audit);
  index.refresh();
  const report = index.reports.find((each) => each.relativePath === promotion);
  return {
    status: 'ok', model, version: value('version'), reason: value('reason'),
    champion_path: join(quality, model, fileNames.champion), challengers_path: join(quality, model, fileNames.challengers),
    audit_directory: directory, audit_entry: report === undefined ? null : reportEntry(index, report),
  };
}
