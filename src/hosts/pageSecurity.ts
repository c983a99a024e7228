/** What a page of the console may load and do: its own files only, and at most its own WebSocket as a network. */
import { randomBytes } from 'node:crypto';

/** Stands in `index.html` where the nonce of one load goes. */
export const noncePlaceholder = '__CSP_NONCE__';

export const newNonce = (): string => randomBytes(18).toString('base64url');

/** `none` where messages go through the preload script, `self` where they need a WebSocket. */
export type PageNetwork = 'none' | 'self';

function contentPolicy(nonce: string, network: PageNetwork): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src '${network}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Sent with every answer, whatever it carries. */
export function securityHeaders(nonce: string, network: PageNetwork): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentPolicy(nonce, network),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()',
  };
}
