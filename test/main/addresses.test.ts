import { describe, expect, it } from 'vitest';
import { addressFragment, addressUrl, isOwnBlob, isOwnUrl } from '../../src/main/addresses.ts';
import { parseStartArguments } from '../../src/main/startArguments.ts';

describe('addresses of the console', () => {
  it.each([
    'app://sterownia/', 'app://sterownia/index.html#/reports', 'app://sterownia/assets/a.js?x=1',
  ])('takes %s for its own', (url) => expect(isOwnUrl(url)).toBe(true));

  it.each([
    '', 'about:blank', 'app://other/', 'app://sterownia.evil.example/', 'app://sterownia@evil.example/', 'app://user:pass@sterownia/', 'app://sterownia:80/',
    'https://sterownia/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'APP//sterownia', 'blob:app://sterownia/1',
    '\\\\host\\share', 'http://127.0.0.1/', 'devtools://devtools/', 'view-source:app://sterownia/',
  ])('does not take "%s" for its own', (url) => expect(isOwnUrl(url)).toBe(false));

  it('takes only blobs of its own pages', () => {
    expect(isOwnBlob('blob:app://sterownia/9f2c')).toBe(true);
    for (const url of ['blob:https://example.com/1', 'blob:null/1', 'blob:app://sterownia.evil/1', 'app://sterownia/1']) expect(isOwnBlob(url)).toBe(false);
  });

  it.each([['#/approvals/20261120-094155-k3v9q1', '/approvals/20261120-094155-k3v9q1'], ['/reports?category=a%2Fb', '/reports?category=a%2Fb']])(
    'shows the address %s', (address, fragment) => expect(addressFragment(address)).toBe(fragment));

  it.each(['https://example.com', '//evil.example', 'javascript:alert(1)', '/a b', '/"><script>', '/x\n', '/a#b', '', `/${'x'.repeat(3000)}`])(
    'does not show "%s"', (address) => {
      expect(addressFragment(address)).toBeNull();
      expect(addressUrl(address)).toBe('app://sterownia/index.html');
    });
});

describe('start arguments', () => {
  it('resolves the workspace against the folder of the start', () => {
    expect(parseStartArguments(['electron', '.', '--workspace', 'desk'], '/srv')).toEqual({ workspace: '/srv/desk', address: null });
    expect(parseStartArguments(['electron', '--workspace=/data/desk'], '/srv').workspace).toBe('/data/desk');
  });

  it('takes no option for a value and no address that leaves the console', () => {
    expect(parseStartArguments(['electron', '--workspace', '--address', 'https://example.com'], '/srv')).toEqual({ workspace: null, address: null });
    expect(parseStartArguments(['electron', '--workspace='], '/srv').workspace).toBeNull();
  });
});
