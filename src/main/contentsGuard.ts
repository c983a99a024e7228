/** Keeps every page where it is: no navigation away, no new windows, no embedded views, whatever asks for it. */
import type { App, WebContents } from 'electron';
import type { Log } from '#engines/storage';
import { isOwnUrl } from './addresses.ts';

export type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** Frames inside the page have no business at all; the page itself may only go to itself. */
export function mayNavigate(url: string, isMainFrame: boolean): boolean {
  return isMainFrame && isOwnUrl(url);
}

export function guardContents(contents: GuardedContents, log: Log): void {
  contents.on('will-frame-navigate', (details) => {
    if (mayNavigate(details.url, details.isMainFrame)) return;
    log.warn('refused to navigate', { url: details.url.slice(0, 300), main_frame: details.isMainFrame });
    details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (mayNavigate(details.url, details.isMainFrame)) return;
    log.warn('refused a redirect', { url: details.url.slice(0, 300) });
    details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    log.warn('refused an embedded view');
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn('refused to open a window', { url: url.slice(0, 300) });
    return { action: 'deny' };
  });
}

/** Guards whatever contents come into being, also those that nobody here created. */
export function guardAllContents(app: Pick<App, 'on'>, log: Log): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, log));
}
