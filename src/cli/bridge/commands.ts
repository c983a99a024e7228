/** The commands of `ui-bridge` with the options of the earlier command; a new command is one more entry. */
import type { BridgeCommand, BridgeOption } from './arguments.ts';

const baseDir: BridgeOption = { names: ['--base-dir'], kind: 'text', metavar: 'DIR', help: 'folder of reports (default var/reports)' };

const filters: readonly BridgeOption[] = [
  { names: ['--since'], kind: 'text', metavar: 'DATE', help: 'only reports changed at or after this ISO 8601 date or instant' },
  { names: ['--until'], kind: 'text', metavar: 'DATE', help: 'only reports changed up to this date, whole day included, or instant' },
  { names: ['--category'], kind: 'text', repeatable: true, metavar: 'NAME', help: 'only this category; may be repeated' },
  { names: ['--summary-status'], kind: 'text', choices: ['any', 'valid', 'missing', 'invalid'], help: 'state of summary.json (default any)' },
  { names: ['--limit'], kind: 'integer', metavar: 'N', help: 'at most this many reports' },
  { names: ['--offset'], kind: 'integer', metavar: 'N', help: 'skip this many reports' },
  { names: ['--sort'], kind: 'text', choices: ['updated_at', 'created_at', 'name', 'size'], help: 'sort key (default updated_at)' },
  { names: ['--sort-direction'], kind: 'text', choices: ['asc', 'desc'], help: 'sort direction (default desc)' },
  { names: ['--query'], kind: 'text', metavar: 'TEXT', help: 'text to find in name, category and metadata' },
  { names: ['--has-exports'], kind: 'text', choices: ['any', 'yes', 'no'], help: 'whether the report holds exports (default any)' },
];

const dryRun: BridgeOption = { names: ['--dry-run'], kind: 'flag', help: 'show what would happen and store the plan; change nothing' };

const models: BridgeOption = { names: ['--model'], kind: 'text', repeatable: true, metavar: 'NAME', help: '' };

export const bridgeCommands: readonly BridgeCommand[] = [
  { name: 'overview', help: 'list reports', positional: [], options: [baseDir, ...filters] },
  {
    name: 'delete',
    help: 'remove one report, file or folder',
    positional: [{ name: 'path', help: 'path relative to the folder of reports' }],
    options: [{ ...baseDir, names: ['--base-dir', '--root'] }, dryRun],
  },
  {
    name: 'purge',
    help: 'remove every report that matches',
    positional: [],
    options: [
      baseDir, ...filters,
      { names: ['--signal-quality-dir'], kind: 'text', metavar: 'DIR', help: 'folder of signal quality files (default reports/exchanges/signal_quality)' },
      { names: ['--signal-quality-retention-days'], kind: 'integer', metavar: 'DAYS', help: 'remove signal quality files older than this (default 30; 0 or less: never)' },
      dryRun,
    ],
  },
  {
    name: 'archive',
    help: 'copy every report that matches',
    positional: [],
    options: [
      baseDir, ...filters,
      { names: ['--destination'], kind: 'text', metavar: 'PATH', help: 'folder, or archive file when one report matches (default <base>_archives)' },
      { names: ['--format'], kind: 'text', choices: ['directory', 'zip', 'tar'], help: 'form of the copies (default directory)' },
      dryRun,
      { names: ['--overwrite'], kind: 'flag', help: 'replace copies that exist' },
    ],
  },
  {
    name: 'champion',
    help: 'champion and challengers of each model',
    positional: [],
    options: [{ ...baseDir, help: 'folder of the registry (default var/models/quality)' }, { ...models, help: 'only this model; may be repeated' }],
  },
  {
    name: 'promote',
    help: 'make a challenger the champion',
    positional: [],
    options: [
      { names: ['--model'], kind: 'text', required: true, metavar: 'NAME', help: 'name of the model' },
      { names: ['--version'], kind: 'text', required: true, metavar: 'VERSION', help: 'version of the challenger' },
      { names: ['--quality-dir'], kind: 'text', metavar: 'DIR', help: 'folder of the registry (default var/models/quality)' },
      { names: ['--audit-dir'], kind: 'text', metavar: 'DIR', help: 'folder of promotion records (default audit/champion_promotions)' },
      { names: ['--reason'], kind: 'text', metavar: 'TEXT', help: 'why, at least 10 characters (default: the reason that the challenger has)' },
      dryRun,
      { names: ['--force'], kind: 'flag', help: 'go on although a guardrail or sign-off stands against it; asks for --confirmation and is recorded' },
      { names: ['--confirmation'], kind: 'text', metavar: 'WORD', help: 'the word that a forced promotion asks for' },
    ],
  },
  {
    name: 'champion-diff',
    aliases: ['champion_diff'],
    help: 'compare the champions of two registries and store the report',
    positional: [],
    options: [
      { names: ['--lhs'], kind: 'text', metavar: 'DIR', help: 'registry to compare from (default deploy/packaging/samples/var/models/quality)' },
      { names: ['--rhs'], kind: 'text', metavar: 'DIR', help: 'registry to compare to (default var/models/quality)' },
      { ...models, help: 'only this model; may be repeated' },
      { names: ['--output-dir'], kind: 'text', metavar: 'DIR', help: 'folder of the report (default audit/champion_diffs)' },
      { names: ['--tag'], kind: 'text', metavar: 'TEXT', help: 'text at the end of the file\'s name' },
      { names: ['--threshold'], kind: 'number', metavar: 'NUMBER', help: 'a metric that got worse by more than this is a regression (default 0)' },
      { names: ['--fail-on-regression'], kind: 'flag', help: 'end with status 4 where a metric got worse' },
    ],
  },
  {
    name: 'snapshot',
    aliases: ['auto-mode-snapshot'],
    help: 'state of automatic mode for one model',
    positional: [],
    options: [
      { names: ['--model'], kind: 'text', metavar: 'NAME', help: 'name of the model (default: BOT_CORE_UI_MODEL_NAME, else decision_engine)' },
      { names: ['--repository'], kind: 'text', metavar: 'DIR', help: 'model repository (default var/models/<model>)' },
      { names: ['--quality-dir'], kind: 'text', metavar: 'DIR', help: 'registry (default beside the repository)' },
      { names: ['--dry-run'], kind: 'flag', help: 'add what would be promoted now and what stands against it' },
      { names: ['--output'], kind: 'text', metavar: 'FILE', help: 'also write the answer to this file' },
    ],
  },
];
