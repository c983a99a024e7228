/** Ways out of the window, and messages past the bridge. A browser tab belongs to the person, so not on the headless host. */
import type { Page } from 'playwright';
import { inventory } from './files.ts';
import { expect, test } from './fixtures.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { bindingName } from './standin/preloadScript.ts';

test.describe('navigation', () => {
  for (const address of ['https://example.com/', 'http://127.0.0.1/', 'file:///etc/passwd', 'javascript:window.attacked=1', 'data:text/html,<h1>x</h1>']) {
    test(`stays when the page tries to go to ${address}`, async ({ opened }) => {
      const { page } = opened;
      await new ReportCenter(page).row('smoke/run_a').waitFor();
      const before = page.url();
      await page.evaluate((to) => setTimeout(() => { window.location.href = to; }, 0), address).catch(() => undefined);
      await page.waitForTimeout(500);
      expect(page.url()).toBe(before);
      expect(await page.evaluate(() => (window as unknown as { attacked?: unknown }).attacked)).toBeUndefined();
    });
  }

  test('opens no window, by call, by link or by form', async ({ opened }) => {
    const { page } = opened;
    await new ReportCenter(page).row('smoke/run_a').waitFor();
    await page.evaluate(() => {
      window.open('https://example.com/by-call');
      window.open('about:blank');
      const link = Object.assign(document.createElement('a'), { href: 'https://example.com/by-link', target: '_blank' });
      document.body.append(link);
      link.click();
      const form = Object.assign(document.createElement('form'), { action: 'https://example.com/by-form', method: 'post', target: '_blank' });
      document.body.append(form);
      form.submit();
    });
    if (opened.desktop === null) await page.waitForTimeout(1000);
    else {
      const { desktop } = opened;
      // The handler denies the first three; the policy stops the form before anybody is asked.
      const asked = async (): Promise<readonly string[]> => (await desktop.state()).windowsAsked.map(({ url, action }) => `${action} ${url}`).sort();
      await expect.poll(asked).toEqual(['deny about:blank', 'deny https://example.com/by-call', 'deny https://example.com/by-link']);
    }
    await expect.poll(() => page.context().pages().length).toBe(1);
  });
});

test.describe('forged messages', () => {
  test.skip(({ host }) => host !== 'standin', 'the raw channel is within reach of a page only on the stand-in');

  const send = (page: Page, values: unknown, channel = 'sterownia:request'): Promise<unknown> => page.evaluate(([binding, to, message]) =>
    (window as unknown as Record<string, (channel: string, values: unknown) => Promise<unknown>>)[binding as string]?.(to as string, [message]), [bindingName, channel, values] as const);

  test('are dropped or refused, and change nothing', async ({ opened, workspace }) => {
    const { page } = opened;
    await new ReportCenter(page).row('smoke/run_a').waitFor();
    const before = inventory(workspace.path);
    const forged: readonly unknown[] = [
      null, 'reports.delete', { type: 'call' }, { type: 'call', id: 'x', operation: 'reports.delete', input: { path: 'smoke/run_a' } },
      { type: 'call', id: 700_001, operation: 'reports.delete', input: { path: 'smoke/run_a' }, door: 'cli' },
      { type: 'call', id: 700_002, operation: '__proto__', input: {} }, { type: 'call', id: 700_003, operation: 'constructor', input: {} },
      { type: 'call', id: 700_004, operation: 'plans.apply', input: { id: '../../etc/passwd' } },
      { type: 'call', id: 700_005, operation: 'reports.delete', input: { path: '../../../etc/passwd' } },
      { type: 'call', id: 700_006, operation: 'reports.show', input: { relative_path: '/etc/passwd' } },
      { type: 'call', id: 700_007, operation: 'reports.list', input: { base_dir: '\\\\host\\share' } },
      { type: 'call', id: 700_008, operation: 'reports.archive', input: { destination: '/tmp/out' } },
      { type: 'result', id: 1, result: { ok: true, value: {} } },
    ];
    for (const message of forged) await send(page, message);
    for (const channel of ['sterownia:message', 'ELECTRON_BROWSER_REQUIRE', 'anything']) await send(page, { type: 'call', id: 700_100, operation: 'console.snapshot', input: {} }, channel);
    await page.waitForTimeout(800);
    const after = inventory(workspace.path);
    for (const path of Object.keys(before)) expect(after[path], path).toBe(before[path]);
    expect(Object.keys(after).filter((path) => path.startsWith('var/trash') || path.startsWith('var/reports_archives'))).toEqual([]);
  });

  test('from a frame inside the page are not heard', async ({ opened, workspace }) => {
    const { page } = opened;
    await new ReportCenter(page).row('smoke/run_a').waitFor();
    await page.evaluate(() => document.body.append(document.createElement('iframe')));
    const frame = page.frames().find((each) => each !== page.mainFrame());
    expect(frame).toBeDefined();
    expect(await frame?.evaluate(() => typeof (window as unknown as Record<string, unknown>)['sterownia'])).toBe('undefined');
    await frame?.evaluate(([binding]) => (window as unknown as Record<string, (channel: string, values: unknown) => Promise<unknown>>)[binding]?.('sterownia:request', [
      { type: 'call', id: 700_200, operation: 'reports.save_filter_set', input: { name: 'forged' } },
    ]), [bindingName] as const);
    await page.waitForTimeout(500);
    expect(Object.keys(inventory(workspace.path)).filter((path) => path.includes('filter_sets'))).toEqual([]);
  });

  test('a page cannot change the bridge', async ({ opened }) => {
    await new ReportCenter(opened.page).row('smoke/run_a').waitFor();
    expect(await opened.page.evaluate(() => {
      const target = window as unknown as Record<string, unknown>;
      const outcomes: boolean[] = [];
      for (const change of [() => { target['sterownia'] = null; }, () => { Object.assign(target['sterownia'] as object, { send: null }); }, () => { delete target['sterownia']; }]) {
        try {
          change();
          outcomes.push(typeof (target['sterownia'] as { send?: unknown } | undefined)?.send === 'function');
        } catch {
          outcomes.push(true);
        }
      }
      return outcomes;
    })).toEqual([true, true, true]);
  });
});
