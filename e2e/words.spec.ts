/** What engines say, in the language of the window; names that are no text, as bytes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { ReportCenter } from './pages/reportCenter.ts';

test('a damaged policy is told in Polish, with the reason for the approval that it asks for', async ({ workspace, launch }) => {
  workspace.write('config/console.json', '{"approval": ');
  const { page } = await launch();
  const reports = new ReportCenter(page);
  await expect(reports.rows).toHaveCount(8);
  await new Frame(page).switchLanguage();
  await page.getByRole('navigation').getByText('Ustawienia').click();
  await expect(page.getByText('Nie można odczytać pliku config/console.json. Do czasu naprawy każdy plan wymaga zatwierdzenia.')).toBeVisible();
  await expect(page.getByRole('alert').getByText('Until it is repaired')).toHaveCount(0);
  await page.getByRole('navigation').getByText('ReportCenter').click();
  await page.getByRole('button', { name: /smoke\/run_a/u }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Zatwierdzenie jest potrzebne, bo nie można odczytać polityki config/console.json.')).toBeVisible();
});

test('an error is explained in Polish with its facts; the English words wait behind a click', async ({ opened }) => {
  const { page } = opened;
  await expect(new ReportCenter(page).rows).toHaveCount(8);
  await new Frame(page).switchLanguage();
  await page.evaluate(() => { location.hash = '#/trash/20200101-000000-aaaaaaaa'; });
  const notice = page.getByRole('alert').filter({ hasText: 'Nie ma już nic o tej nazwie.' });
  await expect(notice).toBeVisible();
  await expect(notice.getByText('There is no trash entry')).toBeHidden();
  await notice.getByText('Szczegóły techniczne').click();
  await expect(notice.getByText('There is no trash entry')).toBeVisible();
});

test('a name that is no UTF-8 shows its bytes', async ({ workspace, launch }) => {
  test.skip(process.platform !== 'linux', 'other systems have no such names');
  const folder = Buffer.concat([Buffer.from(join(workspace.path, 'var/reports/smoke/odd_')), Buffer.from([0xff])]);
  mkdirSync(folder);
  writeFileSync(Buffer.concat([folder, Buffer.from('/summary.json')]), '{}');
  const { page } = await launch();
  const reports = new ReportCenter(page);
  await expect(reports.rows).toHaveCount(9);
  await expect(reports.row('smoke/odd_\\xff')).toBeVisible();
});
