/** axe finds nothing on AutoMode and in its dialogs, in either theme; its Polish has the right plurals. */
import AxeBuilder from '@axe-core/playwright';
import { card, dialog, expect, test } from './pages/autoMode.ts';

test('speaks Polish with the right plurals, and axe finds nothing in either theme', async ({ panel: page }) => {
  test.setTimeout(180_000);
  const problems = async (): Promise<readonly string[]> => {
    await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`));
  };
  for (const theme of ['Light theme', 'Dark theme']) {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Search or act' }).waitFor();
    await page.keyboard.type(theme);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: new RegExp(`^Theme: ${theme === 'Light theme' ? 'light' : 'dark'}`, 'u') }).waitFor();
    expect.soft(await problems(), theme).toEqual([]);
    await page.getByRole('button', { name: 'Pause AutoMode' }).click();
    await dialog(page, 'Pause AutoMode').waitFor();
    expect.soft(await problems(), `${theme}, pause`).toEqual([]);
    await page.keyboard.press('Escape');
    await card(page, 'Sign-off inbox').getByRole('button', { name: /^Open report/u }).first().click();
    await dialog(page, 'Sign a report').getByRole('region', { name: 'Content of the report' }).waitFor();
    expect.soft(await problems(), `${theme}, sign`).toEqual([]);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: 'Przełącz na polski' }).click();
  await expect(card(page, 'Automatyka')).toContainText('Włączona');
  await expect(card(page, 'Skrzynka podpisów')).toContainText('4 raporty czekają');
});
