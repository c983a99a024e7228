/** The headless host has a connection that can be lost: the window says so, and it comes back. */
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';

test('a lost connection is said while the last known state stays, and a new link brings it back', async ({ opened }) => {
  const { page } = opened;
  const reports = new ReportCenter(page);
  await expect(reports.rows).toHaveCount(8);
  await opened.restart?.('stop');
  await expect(new Frame(page).lostBanner).toBeVisible();
  await expect(reports.rows).toHaveCount(8);
  await opened.restart?.('start');
  await expect(reports.row('daily/2026-10-01')).toBeVisible();
  await expect(new Frame(page).lostBanner).toBeHidden();
});

test('a link is good for one browser only', async ({ opened }) => {
  const { page } = opened;
  await new ReportCenter(page).row('smoke/run_a').waitFor();
  const other = await (page.context().browser()?.newContext());
  try {
    const stranger = await other?.newPage();
    const answer = await stranger?.goto(opened.link ?? opened.url);
    expect(answer?.status()).toBeGreaterThanOrEqual(400);
    expect((await stranger?.request.get(`${opened.url}assets/`))?.status()).toBeGreaterThanOrEqual(400);
  } finally {
    await other?.close();
  }
});
