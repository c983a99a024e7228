/**
 * Shuts a session: no permission, no device, no network, no download but the files that the person exports.
 *
 * The window never needs the network, so every request that is not for the console's own files is cancelled here,
 * below the content policy: a dependency gone bad finds no way out.
 */
import type { WebContents } from 'electron';
import type { Log } from '#engines/storage';
import { isOwnBlob, isOwnUrl } from './addresses.ts';
import type { ShellSession } from './electronParts.ts';

export type GuardedSession = Omit<ShellSession, 'protocol'>;

/** Writing text to the clipboard from our own page, after a click on a copy button. Everything else is denied. */
const granted = 'clipboard-sanitized-write';

export function mayUsePermission(permission: string, requestingUrl: string): boolean {
  return permission === granted && isOwnUrl(requestingUrl);
}

/** Developer tools load their own pages; they exist only in unpackaged runs. */
export function mayRequest(url: string, developerTools: boolean): boolean {
  return isOwnUrl(url) || isOwnBlob(url) || url.startsWith('data:') || (developerTools && url.startsWith('devtools:'));
}

export function mayDownload(url: string, hasUserGesture: boolean): boolean {
  return isOwnBlob(url) && hasUserGesture;
}

export interface SessionGuardOptions {
  readonly log: Log;
  readonly developerTools: boolean;
  readonly platform: NodeJS.Platform;
}

const pageOf = (contents: Pick<WebContents, 'getURL'> | null): string => contents?.getURL() ?? '';

export function guardSession(session: GuardedSession, options: SessionGuardOptions): void {
  const { log } = options;
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const allowed = details.isMainFrame && mayUsePermission(permission, details.requestingUrl);
    if (!allowed) log.warn('denied a permission request', { permission, url: details.requestingUrl });
    callback(allowed);
  });
  session.setPermissionCheckHandler((contents, permission) => mayUsePermission(permission, pageOf(contents)));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  if (options.platform !== 'darwin') session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  // The spell checker would fetch its dictionaries from the network.
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !mayRequest(details.url, options.developerTools);
    if (cancel) log.warn('cancelled a request', { url: details.url.slice(0, 300), kind: details.resourceType });
    callback({ cancel });
  });
  session.on('will-download', (event, item) => {
    if (mayDownload(item.getURL(), item.hasUserGesture())) return;
    log.warn('refused a download', { url: item.getURL().slice(0, 300) });
    event.preventDefault();
  });
}
