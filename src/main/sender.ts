/** Who may speak to the host: the top frame of one of our own windows, while it shows our own page. */
import { isOwnUrl } from './addresses.ts';

/** What is looked at in an `IpcMainEvent`; the frame is null once it was navigated or destroyed. */
export interface MessageSender {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** The reason for refusal, or null when the sender is trusted. */
export function senderProblem(event: MessageSender, ownWindows: ReadonlySet<number>): string | null {
  if (!ownWindows.has(event.sender.id)) return 'not a window of the console';
  if (event.senderFrame === null) return 'the frame is gone';
  if (event.senderFrame.parent !== null) return 'not the top frame';
  return isOwnUrl(event.senderFrame.url) ? null : 'not a page of the console';
}
