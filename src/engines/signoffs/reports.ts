/**
 * Promise: every report below the audit root is found, and for the gate read afresh, whatever its file time says; one that cannot be read
 * is listed as such, whatever it is: nothing but a plain file is opened. A path that a report claims for itself is not believed.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { auditReportKinds, ConsoleError, type AuditReportKind } from '#contract';
import { canonicalJson, indentedJson, isMembers, JsonTextError, memberOf, readJsonBytes, readPlainFile, textOf, UnwritableTextError, type JsonMembers } from '#engines/artifacts';
import { compareText, parseIsoTime } from '#engines/reports';
import { asConsoleError, displayName, isMissing, relativeTo, type DirectoryEntry, type EngineContext } from '#engines/storage';
import { judge, type Judgement } from './judge.ts';

export const auditFolder = 'audit/ai_decision';
export const gatedKinds: readonly AuditReportKind[] = ['data_quality', 'drift'];

export interface AuditReport {
  readonly kind: AuditReportKind;
  readonly path: string;
  /** Relative to the workspace. */
  readonly report: string;
  readonly timestamp: string | null;
  /** For ordering: microseconds since the epoch; files without any time come last. */
  readonly order: bigint;
  readonly judgement: Judgement;
  /** Null where it cannot be read; `judgement.detail` says why. */
  readonly content: JsonMembers | null;
  readonly hash: string | null;
}

export interface ReportFolder {
  readonly kind: AuditReportKind;
  readonly reports: readonly AuditReport[];
  /** Why the folder cannot be listed, or null. A folder that is not there is empty. */
  readonly problem: string | null;
}

export const largestReport = 32 * 1024 * 1024;
const halfCharacters = /\\u[dD][89a-fA-F]/u;

/** Members that change without the finding changing. */
const notContent: ReadonlySet<string> = new Set(['sign_off', 'report_path']);

/** What a signature is bound to: the report without its signatures. */
export function contentHash(report: JsonMembers): string {
  const content = new Map([...report].filter(([key]) => !notContent.has(key)));
  return createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex');
}

export const contentText = (report: JsonMembers): string => indentedJson(new Map([...report].filter(([key]) => !notContent.has(key))));

const microsOfText = (text: string): bigint | null => {
  const parsed = parseIsoTime(text.trim().replace(/z$/u, 'Z'));
  return parsed === null ? null : BigInt(parsed.instant.seconds) * 1_000_000n + BigInt(parsed.instant.micros);
};

function nameInstant(name: string): bigint | null {
  const match = /^(\d{8}T\d{6})Z/u.exec(name);
  return match === null ? null : microsOfText(`${match[1] ?? ''}Z`);
}

function unreadable(context: EngineContext, kind: AuditReportKind, name: string, why: string): AuditReport {
  const path = join(context.root, auditFolder, kind, name);
  return {
    kind, path, report: relativeTo(context.root, path), timestamp: null, order: nameInstant(name) ?? 0n, content: null, hash: null,
    judgement: { needsSignature: true, category: 'unknown', detail: why },
  };
}

/** Whether a report with this content would need signatures; true for what is no report. */
export function needsSignature(kind: AuditReportKind, bytes: Buffer): boolean {
  try {
    const content = readJsonBytes(bytes);
    return !isMembers(content) || judge(kind, content).needsSignature;
  } catch (error) {
    if (error instanceof JsonTextError) return true;
    throw error;
  }
}

/** The report in `bytes`; what is no JSON object with writable text is unreadable. */
export function reportFrom(context: EngineContext, kind: AuditReportKind, name: string, bytes: Buffer): AuditReport {
  if (bytes.length > largestReport) return unreadable(context, kind, name, `is larger than ${largestReport} bytes`);
  try {
    const content = readJsonBytes(bytes);
    if (!isMembers(content)) return unreadable(context, kind, name, 'holds no JSON object');
    const timestamp = textOf(content.get('timestamp')) ?? textOf(content.get('generated_at'));
    const path = join(context.root, auditFolder, kind, name);
    // Most reports are in order and nobody asks for their hash. Half characters come from escapes only, and must be noticed now.
    let hash: string | null = halfCharacters.test(bytes.toString('latin1')) ? contentHash(content) : null;
    return {
      kind, path, report: relativeTo(context.root, path), timestamp, content, judgement: judge(kind, content),
      get hash() { return hash ??= contentHash(content); },
      order: (timestamp === null ? null : microsOfText(timestamp)) ?? nameInstant(name) ?? 0n,
    };
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof UnwritableTextError) return unreadable(context, kind, name, error.message);
    throw error;
  }
}

/** What was read of unchanged files; for lists that are asked for again and again. The gate never uses it. */
export type ReportCache = Map<string, { readonly stamp: string; readonly report: AuditReport }>;

/** A file that was written within the last seconds may be written again without its time showing it. */
const settledNs = 2_000_000_000n;

function readCached(context: EngineContext, kind: AuditReportKind, name: string, cache: ReportCache): AuditReport {
  const path = join(context.root, auditFolder, kind, name);
  const { size, mtimeNs, ino, kind: fileKind } = context.fs.lstat(path);
  const stamp = `${size} ${mtimeNs} ${ino}`;
  const known = cache.get(path);
  if (known?.stamp === stamp) return known.report;
  const report = reportFrom(context, kind, name, readPlainFile(context.fs, path, largestReport));
  if (fileKind === 'file' && BigInt(Math.floor(context.clock.now())) * 1_000_000n - mtimeNs > settledNs) cache.set(path, { stamp, report });
  else cache.delete(path);
  return report;
}

function readOne(context: EngineContext, kind: AuditReportKind, { name, kind: entry }: DirectoryEntry, cache: ReportCache | null): AuditReport | null {
  try {
    return cache === null ? reportFrom(context, kind, name, readPlainFile(context.fs, join(context.root, auditFolder, kind, name), largestReport)) : readCached(context, kind, name, cache);
  } catch (error) {
    // A file that was removed in between is no report any more; a link that leads nowhere is one that cannot be read.
    if (isMissing(error) && entry === 'file') return null;
    return unreadable(context, kind, name, error instanceof Error ? error.message : String(error));
  }
}

const newestFirst = (a: AuditReport, b: AuditReport): number => (a.order === b.order ? compareText(b.report, a.report) : a.order < b.order ? 1 : -1);

function forgetGone(context: EngineContext, kind: AuditReportKind, names: readonly string[], cache: ReportCache): void {
  const folder = join(context.root, auditFolder, kind);
  const present = new Set(names.map((name) => join(folder, name)));
  for (const path of cache.keys()) if (path.startsWith(join(folder, '/')) && !present.has(path)) cache.delete(path);
}

export function readFolder(context: EngineContext, kind: AuditReportKind, cache: ReportCache | null = null): ReportFolder {
  try {
    const entries = context.fs.readdir(join(context.root, auditFolder, kind)).filter(({ name }) => name.endsWith('.json'));
    if (cache !== null) forgetGone(context, kind, entries.map(({ name }) => name), cache);
    return { kind, problem: null, reports: entries.flatMap((entry) => readOne(context, kind, entry, cache) ?? []).sort(newestFirst) };
  } catch (error) {
    if (isMissing(error)) return { kind, problem: null, reports: [] };
    return { kind, problem: asConsoleError(error, 'list', join(auditFolder, kind)).message, reports: [] };
  }
}

export interface ReportPlace {
  readonly kind: AuditReportKind;
  readonly name: string;
  readonly path: string;
}

/** A report named from outside: relative to the workspace or to the audit root, or absolute; nothing but a file right in a folder of reports. */
export function reportPlace(context: EngineContext, named: string): ReportPlace {
  const root = join(context.root, auditFolder);
  const way = (named.startsWith(context.root) ? named.slice(context.root.length + 1) : named).replaceAll('\\', '/').replace(/^\.\//u, '');
  const [folder = '', name = '', ...rest] = (way.startsWith(`${auditFolder}/`) ? way.slice(auditFolder.length + 1) : way).split('/');
  const kind = auditReportKinds.find((known) => known === folder);
  if (kind === undefined || rest.length > 0 || !name.endsWith('.json') || name.includes('\0')) {
    throw new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(named)}" names no report below ${auditFolder}. Nothing was signed.`, {
      remedy: 'Give the path as "sterownia signoffs pending" prints it.', details: { field: 'report', path: displayName(named) },
    });
  }
  return { kind, name, path: join(root, kind, name) };
}

function lookAt(context: EngineContext, path: string): DirectoryEntry['kind'] | null {
  try {
    return context.fs.lstat(path).kind;
  } catch (error) {
    if (isMissing(error)) return null;
    throw asConsoleError(error, 'look at', path);
  }
}

export function readReport(context: EngineContext, named: string): AuditReport {
  const { kind, name, path } = reportPlace(context, named);
  const found = lookAt(context, path);
  const report = found === null ? null : readOne(context, kind, { name, kind: found }, null);
  if (report !== null) return report;
  throw new ConsoleError('NOT_FOUND', `There is no report ${auditFolder}/${kind}/${displayName(name)}.`, {
    remedy: 'Give the path as "sterownia signoffs pending" prints it.', details: { field: 'report', path: displayName(named) },
  });
}

export const signOffBlock = (report: JsonMembers, role: string): JsonMembers | null => {
  const block = memberOf(report.get('sign_off'), role);
  return isMembers(block) ? block : null;
};

export { microsOfText };
