/**
 * Promise: the JSON text of an entry, letter for letter what `JSON.stringify` makes of it, at a fraction of the time:
 * an overview of all reports is tens of megabytes, mostly paths and times that need no object around them.
 */
import type { ReportIndex } from './reportIndex.ts';
import { listedPath, listedSize, listedTime, loadSummary, summaryPath } from './rows.ts';
import type { ExactNumbers } from './summaryText.ts';
import { fileTimeText } from './timeText.ts';
import type { OwnedFile, Report } from './types.ts';

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/u;

/** The text between the quotes of a JSON string. */
const escaped = (text: string): string => (plain.test(text) ? text : JSON.stringify(text).slice(1, -1));

const quotedOrNull = (text: string | null): string => (text === null ? 'null' : `"${escaped(text)}"`);

export class EntryPrinter {
  readonly #index: ReportIndex;
  readonly #base: string;
  readonly #numbers: ExactNumbers;

  constructor(index: ReportIndex, numbers: ExactNumbers) {
    this.#index = index;
    this.#numbers = numbers;
    this.#base = escaped(index.base);
  }

  print(report: Report): string {
    const path = escaped(report.relativePath);
    const summaryText = this.#summaryPath(report, path);
    const [first] = report.exports;
    const updated = fileTimeText(report.updatedNs);
    const created = report.createdNs === report.updatedNs ? updated : fileTimeText(report.createdNs);
    const count = report.exports.length;
    return `{"relative_path":"${path}","category":"${escaped(report.category)}","summary_path":${summaryText},${this.#summary(report)}`
      + `,"absolute_path":${first === undefined ? summaryText : `"${this.#absolute(first)}"`},"exports":[${this.#exports(report)}]`
      + `,"updated_at":"${updated}","created_at":"${created}","display_name":${quotedOrNull(report.displayName)}`
      + `,"total_size":${report.totalSize},"export_count":${count},"has_summary":${report.summaryStatus === 'valid'},"has_exports":${count > 0}`
      + `,"file_count":${report.files.length},"summary_status":"${report.summaryStatus}"`
      + `,"problems":${report.problems.length === 0 ? '[]' : JSON.stringify(report.problems)}}`;
  }

  #absolute(file: OwnedFile): string {
    return file.target === null ? `${this.#base}/${escaped(file.path)}` : escaped(listedPath(this.#index, file));
  }

  #summaryPath(report: Report, path: string): string {
    const simple = report.summaryFile !== null && report.summaryFile.target === null && report.relativePath !== '.';
    return simple ? `"${this.#base}/${path}/summary.json"` : quotedOrNull(summaryPath(this.#index, report));
  }

  #summary(report: Report): string {
    const facts = report.summary;
    if (facts?.compact === true && facts.text !== null) return `"summary":${facts.text},"summary_error":null`;
    const { summary, error } = loadSummary(this.#index, report, this.#numbers);
    return `"summary":${JSON.stringify(summary)},"summary_error":${quotedOrNull(error)}`;
  }

  #exports(report: Report): string {
    let text = '';
    for (const file of report.exports) {
      const path = escaped(file.path);
      const absolute = file.target === null ? `${this.#base}/${path}` : escaped(listedPath(this.#index, file));
      text += `${text === '' ? '' : ','}{"relative_path":"${path}","absolute_path":"${absolute}","size":${listedSize(file)},"modified_at":"${listedTime(file)}"}`;
    }
    return text;
  }
}
