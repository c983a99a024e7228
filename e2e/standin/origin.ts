/**
 * Chromium knows no `app:` scheme, so pages are shown under an address that no name server will ever give out. The
 * program under test sees only `app:` addresses; what comes from elsewhere is passed as it is, so its checks stay real.
 */
const shown = 'https://sterownia.app.invalid';
const own = 'app://sterownia';

const replaceOrigin = (url: string, from: string, to: string): string => {
  const blob = url.startsWith('blob:') ? 'blob:' : '';
  const rest = url.slice(blob.length);
  return rest === from || rest.startsWith(`${from}/`) || rest.startsWith(`${from}?`) || rest.startsWith(`${from}#`)
    ? `${blob}${to}${rest.slice(from.length)}`
    : url;
};

export const shownOrigin = shown;
export const toShown = (url: string): string => replaceOrigin(url, own, shown);
export const toOwn = (url: string): string => replaceOrigin(url, shown, own);
