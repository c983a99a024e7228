/** What a verification found, in the order of the journal. A journal in ruins does not fill the memory. */
import type { JournalFinding } from '#contract';

const maxFindings = 1000;

export interface Where {
  readonly segment: string | null;
  readonly line: number | null;
  readonly seq: number | null;
}

export const nowhere: Where = { segment: null, line: null, seq: null };

export class Findings {
  readonly #list: JournalFinding[] = [];

  add(kind: JournalFinding['kind'], where: Where, message: string): void {
    if (this.#list.length >= maxFindings) return;
    const { segment, line, seq } = where;
    this.#list.push({ kind, segment, line, seq, message });
    if (this.#list.length === maxFindings) {
      this.#list.push({ kind, ...nowhere, message: `There are more findings; only the first ${maxFindings} are listed.` });
    }
  }

  get list(): JournalFinding[] {
    return [...this.#list];
  }
}
