/** Progress by bytes: reported at most once for each 4 MiB or hundred entries, and at the end. */
import type { WorkSignal } from '#engines/storage';

const stepBytes = 4 << 20;
const stepEntries = 100;

export class Meter {
  private readonly signal: WorkSignal;
  private readonly phase: string;
  private readonly total: number;
  private readonly bytesTotal: number;
  private done = 0;
  private bytes = 0;
  private reportedDone = 0;
  private reportedBytes = 0;
  private item: string | null = null;

  constructor(signal: WorkSignal, phase: string, total: number, bytesTotal: number) {
    this.signal = signal;
    this.phase = phase;
    this.total = total;
    this.bytesTotal = bytesTotal;
  }

  /** Asks for a stop and names what is worked on. */
  begin(item: string): void {
    this.signal.check();
    this.item = item;
  }

  add(bytes: number): void {
    this.signal.check();
    this.bytes += bytes;
    if (this.bytes - this.reportedBytes >= stepBytes) this.report();
  }

  end(): void {
    this.done += 1;
    if (this.done - this.reportedDone >= stepEntries || this.done === this.total) this.report();
  }

  private report(): void {
    this.reportedBytes = this.bytes;
    this.reportedDone = this.done;
    this.signal.progress({
      phase: this.phase, done: this.done, total: this.total, bytes_done: this.bytes, bytes_total: this.bytesTotal, item: this.item,
    });
  }
}
