/** Plain pages for people who are not let in: what happened, and how to get in. They carry no script and no secret. */

const page = (title: string, lines: readonly string[], head = ''): string => [
  '<!doctype html>',
  `<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">${head}<title>${title}</title></head>`,
  `<body><h1>${title}</h1>`,
  ...lines.map((line) => `<p>${line}</p>`),
  '</body></html>',
  '',
].join('\n');

const howToGetIn = 'For a new link press Enter in the terminal where <code>sterownia serve</code> runs, or start it again.';

export const noSession = page('No access', [
  'This console admits one browser, through a link that works once.',
  howToGetIn,
]);

export const deadLink = page('This link is used up', [
  'The link was opened before, or a newer one was made. If it was not you who opened it, stop the console and look into it.',
  howToGetIn,
]);

export const foreignHost = (port: number): string => page('Wrong address', [
  `The console answers at 127.0.0.1:${port} and localhost:${port} only.`,
  `Through an SSH tunnel keep the port: <code>ssh -L ${port}:127.0.0.1:${port} HOST</code>.`,
]);

export const foreignOrigin = page('Refused', ['The request came from a page of another site.']);
export const notFound = page('Not found', ['There is nothing at this address.']);
export const wrongMethod = page('Not allowed', ['This address can only be read.']);
export const broken = page('Not available', ['The console could not read this. Its log has the details.']);

/**
 * A browser leaves the cookie out when another program's page led it here, for example a terminal inside a browser.
 * Coming from this page, the same address is asked for with the cookie.
 */
export const stepInside = page('Sterownia', ['One moment.'], '<meta http-equiv="refresh" content="0;url=/">');
