/** The one origin of the console, and the addresses inside it. Nothing else is ever loaded into a window. */

export const appScheme = 'app';
export const appHost = 'sterownia';
export const appOrigin = `${appScheme}://${appHost}`;
export const startUrl = `${appOrigin}/index.html`;

/** True only for the console's own pages; text that is no URL at all is not ours either. */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === '';
}

/** Data that a page of the console made itself, for example an exported preview. */
export function isOwnBlob(url: string): boolean {
  return url.startsWith(`blob:${appOrigin}/`);
}

/** An address as the window shows it behind `#`, or null when the text cannot be one. */
export function addressFragment(address: string): string | null {
  const path = address.startsWith('#') ? address.slice(1) : address;
  if (path.length > 2000 || !path.startsWith('/') || path.startsWith('//')) return null;
  return /^[^\s\\"'<>`{}#]*$/u.test(path) ? path : null;
}

/** The page that shows an address; an address that cannot be one shows the start page. */
export function addressUrl(address: string | null): string {
  const fragment = address === null ? null : addressFragment(address);
  return fragment === null ? startUrl : `${startUrl}#${fragment}`;
}
