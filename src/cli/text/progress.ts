/** Progress on standard error, only where a person watches: one line that is written over and wiped at the end. */
import type { Progress } from '#contract';
import type { Sink } from '../io.ts';
import { clean, displayWidth, formatBytes } from './format.ts';

const pause = 100;

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  readonly clear: () => Promise<void>;
}

export function progressLine(sink: Sink, now: () => Date): ProgressLine {
  let shown = false;
  let last = -Infinity;
  return {
    update(progress) {
      const time = now().getTime();
      if (time - last < pause) return;
      last = time;
      shown = true;
      void sink.write(`\r\u001b[2K${cut(progressText(progress), sink.columns - 1)}`);
    },
    async clear() {
      if (shown) await sink.write('\r\u001b[2K');
      shown = false;
    },
  };
}

export function progressText(progress: Progress): string {
  const count = progress.total === null ? String(progress.done) : `${progress.done}/${progress.total}`;
  const bytes = progress.bytes_done === 0 && progress.bytes_total === null
    ? ''
    : ` ${formatBytes(progress.bytes_done)}${progress.bytes_total === null ? '' : ` of ${formatBytes(progress.bytes_total)}`}`;
  return `${progress.phase} ${count}${bytes}${progress.item === null ? '' : ` ${clean(progress.item)}`}`;
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let result = '';
  for (const character of text) {
    if (displayWidth(result + character) > width - 1) break;
    result += character;
  }
  return `${result}…`;
}
