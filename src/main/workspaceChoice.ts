/** Which workspace a start opens: the one asked for, else the last one, else the one that the person chooses. */
import { isConsoleError, type ConsoleErrorBody } from '#contract';
import type { ShellText } from './shellText.ts';

export interface WorkspaceChoiceOptions {
  readonly asked: string | null;
  readonly remembered: string | null;
  readonly chooseFolder: () => Promise<string | null>;
  readonly open: (workspace: string) => Promise<void>;
  readonly showError: (title: string, body: string) => void;
  readonly text: () => ShellText;
}

export function describeOpenFailure(error: Pick<ConsoleErrorBody, 'message' | 'remedy'>, text: ShellText): string {
  return [text.cannotOpenWorkspace, error.message, error.remedy].filter((line) => line !== '').join('\n');
}

const reasonOf = (error: unknown): Pick<ConsoleErrorBody, 'message' | 'remedy'> =>
  (isConsoleError(error) ? error : { message: error instanceof Error ? error.message : String(error), remedy: '' });

/** True when a workspace is open; false when the person gave up. Every failure is told before the next question. */
export async function openFirstWorkspace(options: WorkspaceChoiceOptions): Promise<boolean> {
  let next = options.asked ?? options.remembered;
  for (;;) {
    next ??= await options.chooseFolder();
    if (next === null) return false;
    try {
      await options.open(next);
      return true;
    } catch (error) {
      options.showError(options.text().cannotStartTitle, describeOpenFailure(reasonOf(error), options.text()));
      next = null;
    }
  }
}
