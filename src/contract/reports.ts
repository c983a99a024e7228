/** ReportCenter: listing, filters, dashboards, and the plans that delete, purge or archive reports. */
import * as z from 'zod';
import { pageInfoSchema } from './common.ts';
import { cli, operation } from './table.ts';
import { planViewSchema } from './plans.ts';

export const summaryStatuses = ['any', 'valid', 'missing', 'invalid'] as const;
export const sortKeys = ['updated_at', 'created_at', 'name', 'size'] as const;
export const sortDirections = ['asc', 'desc'] as const;
export const exportChoices = ['any', 'yes', 'no'] as const;
export const archiveFormats = ['directory', 'zip', 'tar', 'tar.gz'] as const;

/** The folder of reports; relative paths start at the workspace. A window may only name folders inside the workspace. */
const baseDir = z.string().min(1).max(4096).optional().describe('folder of reports (default var/reports)');

/** The filters of the runbook, flat, the same for overview, purge and archive. */
export const reportFilterFields = {
  since: z.string().optional().describe('only reports last changed at or after this ISO 8601 date or instant (UTC unless zoned)'),
  until: z.string().optional().describe('only reports last changed up to this ISO 8601 date (whole day included) or instant'),
  category: z.array(z.string()).default([]).describe('only this category; may be given several times'),
  summary_status: z.enum(summaryStatuses).default('any').describe('state of summary.json'),
  limit: z.number().int().min(1).optional().describe('at most this many reports, after sorting'),
  offset: z.number().int().min(0).optional().describe('skip this many reports, after sorting'),
  sort: z.enum(sortKeys).default('updated_at').describe('sort key'),
  sort_direction: z.enum(sortDirections).default('desc').describe('sort direction'),
  query: z.string().max(1024).optional().describe('text to find in name, category and metadata of the summary'),
  has_exports: z.enum(exportChoices).default('any').describe('whether the report holds exported files'),
};
export const reportFilterSchema = z.object(reportFilterFields).strict();
export type ReportFilter = Readonly<z.infer<typeof reportFilterSchema>>;

/** Echo of the filters as the earlier command prints it; since and until are the instants really used. */
export const filterEchoSchema = z.object({
  since: z.string().nullable(),
  until: z.string().nullable(),
  categories: z.array(z.string()),
  summary_status: z.enum(summaryStatuses),
  limit: z.number().int().nullable(),
  offset: z.number().int().nullable(),
  sort_key: z.enum(sortKeys),
  sort_direction: z.enum(sortDirections),
  query: z.string().nullable(),
  has_exports: z.enum(exportChoices),
});
export type FilterEcho = Readonly<z.infer<typeof filterEchoSchema>>;

export const reportExportSchema = z.object({
  relative_path: z.string(),
  absolute_path: z.string(),
  size: z.number(),
  modified_at: z.string(),
});

/** A problem with a report that does not stop the list: the row stays, the problem is named. */
export const reportProblemSchema = z.object({
  code: z.enum([
    'summary_invalid', 'summary_unreadable', 'summary_not_object', 'summary_not_utf8', 'summary_not_strict_json',
    'summary_too_deep', 'summary_too_large', 'name_not_utf8', 'link_broken', 'vanished', 'unreadable',
  ]),
  path: z.string(),
  message: z.string(),
});
export type ReportProblem = Readonly<z.infer<typeof reportProblemSchema>>;

/** One listed report without the parsed summary and without its files: what a table row needs. */
export const reportRowSchema = z.object({
  relative_path: z.string(),
  category: z.string(),
  display_name: z.string(),
  updated_at: z.string(),
  created_at: z.string(),
  total_size: z.number(),
  export_count: z.number().int(),
  file_count: z.number().int(),
  has_summary: z.boolean(),
  has_exports: z.boolean(),
  summary_status: z.enum(['valid', 'missing', 'invalid']),
  problems: z.array(reportProblemSchema),
});
export type ReportRow = Readonly<z.infer<typeof reportRowSchema>>;

/** One report as `overview` prints it: the keys of the earlier command plus `summary_status`, `problems`, `file_count`. */
export const reportEntrySchema = reportRowSchema.extend({
  summary_path: z.string().nullable(),
  summary: z.record(z.string(), z.unknown()).nullable(),
  summary_error: z.string().nullable(),
  absolute_path: z.string().nullable(),
  exports: z.array(reportExportSchema),
});
export type ReportEntry = Readonly<z.infer<typeof reportEntrySchema>>;

export const reportTotalsSchema = z.object({
  report_count: z.number().int(),
  category_count: z.number().int(),
  total_size: z.number(),
  export_count: z.number().int(),
  has_summary: z.boolean(),
  has_exports: z.boolean(),
  invalid_summary_count: z.number().int(),
  missing_summary_count: z.number().int(),
  latest_updated_at: z.string().nullable(),
  earliest_updated_at: z.string().nullable(),
});
export type ReportTotals = Readonly<z.infer<typeof reportTotalsSchema>>;

export const categorySchema = z.object({
  id: z.string(),
  label: z.string(),
  count: z.number().int(),
  total_size: z.number(),
  latest_updated_at: z.string().nullable(),
  earliest_updated_at: z.string().nullable(),
  has_summary: z.boolean(),
  has_exports: z.boolean(),
  invalid_summary_count: z.number().int(),
  export_count: z.number().int(),
  missing_summary_count: z.number().int(),
});
export type ReportCategory = Readonly<z.infer<typeof categorySchema>>;

export const dashboardsSchema = z.object({
  equity_curve: z.array(z.object({
    timestamp: z.union([z.string(), z.number()]),
    value: z.number(),
    source: z.string(),
    category: z.string(),
    label: z.string(),
  })),
  asset_heatmap: z.array(z.object({
    asset: z.string(),
    label: z.string(),
    value: z.number(),
    sources: z.array(z.object({ source: z.string(), category: z.string(), value: z.number() })),
  })),
});
export type Dashboards = Readonly<z.infer<typeof dashboardsSchema>>;

export const reportFileSchema = z.object({
  path: z.string(),
  kind: z.enum(['file', 'link', 'directory', 'other']),
  size: z.number(),
  modified_at: z.string(),
  role: z.enum(['summary', 'export', 'archive', 'other']),
});

export const overviewSchema = z.object({
  reports: z.array(reportEntrySchema),
  base_directory: z.string(),
  categories: z.array(categorySchema),
  summary: reportTotalsSchema,
  filters: filterEchoSchema,
  pagination: pageInfoSchema,
  dashboards: dashboardsSchema,
});
export type Overview = Readonly<z.infer<typeof overviewSchema>>;

export const reportListSchema = z.object({
  /** Rises whenever the tree of reports changed; equal revisions mean equal lists. */
  revision: z.number().int(),
  base_directory: z.string(),
  rows: z.array(reportRowSchema),
  summary: reportTotalsSchema,
  categories: z.array(categorySchema),
  filters: filterEchoSchema,
  pagination: pageInfoSchema,
});
export type ReportList = Readonly<z.infer<typeof reportListSchema>>;

export const filterSetSchema = z.object({
  name: z.string().trim().min(1).max(80),
  filter: reportFilterSchema,
  saved_at: z.string(),
  saved_by: z.string(),
});
export type FilterSet = Readonly<z.infer<typeof filterSetSchema>>;

const permanent = z.boolean().default(false).describe('free the space at once instead of using the trash; cannot be undone');
const filterErrors = ['PATH_OUTSIDE_ROOT', 'PATH_INVALID'] as const;
const planErrors = ['PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'PROTECTED', 'NOT_FOUND'] as const;

export const reportOperations = {
  'reports.overview': operation({
    kind: 'query',
    summary: 'List reports with totals, categories and dashboards, in the keys of the earlier command.',
    input: z.object({ base_dir: baseDir, ...reportFilterFields }).strict(),
    output: overviewSchema,
    errors: filterErrors,
    cli: cli('reports', 'overview', [], 'reports overview --category daily --limit 25'),
  }),
  'reports.list': operation({
    kind: 'query',
    summary: 'One page of report rows with totals and categories of all matches.',
    input: z.object({ base_dir: baseDir, ...reportFilterFields }).strict(),
    output: reportListSchema,
    errors: filterErrors,
    cli: cli('reports', 'list', [], 'reports list --summary-status invalid'),
  }),
  'reports.dashboards': operation({
    kind: 'query',
    summary: 'Equity curve and asset heat map over all matching reports.',
    input: z.object({ base_dir: baseDir, ...reportFilterFields }).strict(),
    output: dashboardsSchema,
    errors: filterErrors,
    cli: cli('reports', 'dashboards', [], 'reports dashboards --category daily'),
  }),
  'reports.show': operation({
    kind: 'query',
    summary: 'One report with its summary and every file that belongs to it.',
    input: z.object({ base_dir: baseDir, relative_path: z.string().min(1).describe('identifier of the report') }).strict(),
    output: reportEntrySchema.extend({ files: z.array(reportFileSchema), directory: z.string() }),
    errors: ['PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'NOT_FOUND'],
    cli: cli('reports', 'show', ['relative_path'], 'reports show daily/2026-11-01'),
  }),
  'reports.delete': operation({
    kind: 'plan',
    summary: 'Plan the removal of one report, file or folder below the reports folder.',
    input: z.object({ base_dir: baseDir, path: z.string().describe('path relative to the reports folder'), permanent }).strict(),
    output: planViewSchema,
    errors: planErrors,
    long: true,
    cli: cli('reports', 'delete', ['path'], 'reports delete smoke/run_a --dry-run'),
  }),
  'reports.purge': operation({
    kind: 'plan',
    summary: 'Plan the removal of every report that matches the filters, and of outdated signal quality files.',
    input: z.object({
      base_dir: baseDir,
      ...reportFilterFields,
      signal_quality_dir: z.string().min(1).max(4096).optional().describe('folder of signal quality files (default reports/exchanges/signal_quality)'),
      signal_quality_retention_days: z.number().int().default(30).describe('remove signal quality files older than this many days; 0 or less turns it off'),
      permanent,
    }).strict(),
    output: planViewSchema,
    errors: planErrors,
    long: true,
    cli: cli('reports', 'purge', [], 'reports purge --category smoke --dry-run'),
  }),
  'reports.archive': operation({
    kind: 'plan',
    summary: 'Plan verified copies of every report that matches the filters.',
    input: z.object({
      base_dir: baseDir,
      ...reportFilterFields,
      destination: z.string().min(1).max(4096).optional().describe('folder, or a .zip/.tar/.tar.gz file when one report matches (default <base>_archives)'),
      format: z.enum(archiveFormats).default('directory').describe('form of the copies'),
      overwrite: z.boolean().default(false).describe('replace copies that exist; the old ones go to the trash'),
    }).strict(),
    output: planViewSchema,
    errors: planErrors,
    long: true,
    cli: cli('reports', 'archive', [], 'reports archive --category daily --format zip --dry-run'),
  }),
  'reports.filter_sets': operation({
    kind: 'query',
    summary: 'Saved filter sets of this workspace.',
    input: z.object({}).strict(),
    output: z.object({ filter_sets: z.array(filterSetSchema) }),
    errors: ['DOCUMENT_NEWER'],
    cli: cli('reports', 'filter-sets', [], 'reports filter-sets'),
  }),
  'reports.save_filter_set': operation({
    kind: 'command',
    summary: 'Save the given filters under a name; an equal name is replaced.',
    input: z.object({ name: z.string().trim().min(1).max(80).describe('name of the set'), ...reportFilterFields }).strict(),
    output: z.object({ filter_sets: z.array(filterSetSchema) }),
    errors: ['DOCUMENT_NEWER', 'REVISION_CONFLICT'],
    cli: cli('reports', 'save-filter-set', ['name'], 'reports save-filter-set "old smoke" --category smoke'),
  }),
  'reports.remove_filter_set': operation({
    kind: 'command',
    summary: 'Remove a saved filter set.',
    input: z.object({ name: z.string().trim().min(1).max(80).describe('name of the set') }).strict(),
    output: z.object({ filter_sets: z.array(filterSetSchema) }),
    errors: ['NOT_FOUND', 'DOCUMENT_NEWER', 'REVISION_CONFLICT'],
    cli: cli('reports', 'remove-filter-set', ['name'], 'reports remove-filter-set "old smoke"'),
  }),
} as const;
