/** Strategy Management: from the list to another champion and back, pins, the past, and a training with its log. */
import { expect, test } from './fixtures.ts';
import { fillModels } from './modelWorkspace.ts';
import { Frame } from './pages/frame.ts';
import { Models } from './pages/models.ts';
import { PlanDialog } from './pages/planDialog.ts';

test.beforeEach(({ workspace }) => fillModels(workspace));

test('list, drawer, comparison, promotion, new champion and its notification, rollback', async ({ opened }) => {
  const { page } = opened;
  const models = new Models(page);
  await new Frame(page).goTo('Strategy Management');
  await expect(models.row('decision_engine')).toContainText('v1');
  await expect(models.row('risk_model')).toContainText('degraded');
  await expect(page.getByRole('alert').filter({ hasText: 'The champion of torn cannot be read' })).toBeVisible();

  await models.open('decision_engine');
  await models.drawer.getByRole('button', { name: 'Compare v2 with the champion' }).click();
  await expect(page.getByRole('table', { name: 'Metrics' })).toContainText('+3 pp');
  await expect(page.getByRole('table', { name: 'Parameters' })).toContainText('depth');
  await expect(page.getByRole('figure', { name: 'Metric over time' })).toBeVisible();
  await expect(page.getByRole('figure', { name: 'Walk-forward windows' })).toBeVisible();

  await page.getByRole('button', { name: 'Promote v2 of decision_engine' }).click();
  const plan = await PlanDialog.opened(page, 'Promote a model');
  await expect(plan.button('Promote v2 of decision_engine')).toHaveCount(0);
  await expect(plan.dialog.getByText('Say why first.')).toBeVisible();
  await models.reason(plan, 'Better on every window');
  await expect(plan.sentence).toContainText('Make v2 the champion of decision_engine in place of v1');
  await expect(plan.dialog.getByText(/audit\/champion_promotions\/decision_engine/u).first()).toBeVisible();
  await expect(plan.dialog.getByRole('group', { name: 'Command line' })).toContainText("sterownia models promote decision_engine v2 --reason 'Better on every window'");
  await plan.button('Promote v2 of decision_engine').click();
  await expect(plan.result).toContainText('completed');
  await plan.leave();

  await models.tab('Models').click();
  await expect(models.row('decision_engine')).toContainText('v2');
  await expect(models.row('decision_engine')).toContainText('pinned');
  await page.getByRole('button', { name: /^Notifications/u }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toContainText(/decision_engine: v2 is champion.*Better on every window/u);
  await page.keyboard.press('Escape');

  await page.getByRole('complementary').getByRole('button', { name: 'Roll decision_engine back to v1' }).click();
  const back = await PlanDialog.opened(page, 'Roll a model back');
  await models.reason(back, 'Losses since the promotion');
  await expect(back.sentence).toContainText('Make the earlier version v1 the champion of decision_engine again');
  await back.button('Roll decision_engine back to v1').click();
  await expect(back.result).toContainText('completed');
  await back.leave();
  await expect(models.row('decision_engine')).toContainText('v1');
});

test('pin, unpin, and what stood before', async ({ opened }) => {
  const { page } = opened;
  const models = new Models(page);
  await new Frame(page).goTo('Strategy Management');
  await models.open('decision_engine');
  await models.drawer.getByRole('button', { name: 'Pin', exact: true }).click();
  const pin = page.getByRole('dialog', { name: 'Pin the champion' });
  await expect(pin.getByRole('button', { name: 'Pin v1 of decision_engine' })).toBeDisabled();
  await pin.getByRole('textbox', { name: /^Reason/u }).fill('Watched until the audit');
  await expect(pin.getByRole('group', { name: 'Command line' })).toContainText("models pin decision_engine --reason 'Watched until the audit'");
  await pin.getByRole('button', { name: 'Pin v1 of decision_engine' }).click();
  await pin.waitFor({ state: 'detached' });
  await expect(models.row('decision_engine')).toContainText('pinned');

  await models.tab('Decisions').click();
  await expect(page.getByText('decision_engine: v1 pinned, until somebody ends it')).toBeVisible();
  await page.getByRole('button', { name: /^As of entry/u }).first().click();
  const past = page.getByRole('region', { name: /^As of /u });
  await expect(past.getByRole('table', { name: 'Champions' })).toContainText('decision_engine');
  await past.getByRole('link', { name: /^Entry/u }).first().click();
  await expect(page.getByRole('heading', { name: 'Journal', level: 1 })).toBeVisible();

  await page.goBack();
  await expect(past).toBeVisible();
  await page.getByRole('button', { name: 'Back to now' }).click();
  await models.tab('Models').click();
  await models.drawer.getByRole('button', { name: 'Unpin', exact: true }).click();
  const unpin = page.getByRole('dialog', { name: 'End the pin' });
  await unpin.getByRole('textbox', { name: /^Reason/u }).fill('The audit has ended');
  await unpin.getByRole('button', { name: 'End the pin of decision_engine' }).click();
  await unpin.waitFor({ state: 'detached' });
  await expect(models.row('decision_engine')).not.toContainText('pinned');
});

test('a training runs with progress and log, and its version appears', async ({ opened }) => {
  const { page } = opened;
  const models = new Models(page);
  await new Frame(page).goTo('Strategy Management');
  await models.tab('Training').click();
  await expect(page.getByRole('table', { name: 'Data to train on' })).toContainText('fresh');
  await page.getByRole('button', { name: 'Run btc-retrain now' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run btc-retrain' });
  await expect(dialog.getByRole('group', { name: 'Command line' })).toContainText('retraining run --job btc-retrain');
  await dialog.getByRole('button', { name: 'Run btc-retrain now' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'btc-retrain was trained' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('log')).toContainText('Trained: models/fresh_model');
  await models.tab('Artifacts').click();
  await expect(page.getByRole('region', { name: 'Versions of fresh_model' })).toBeVisible();
  await page.getByRole('button', { name: /^Validate .* of fresh_model/u }).first().click();
  await expect(page.getByText('The artifact satisfies the schema')).toBeVisible();
});

test('everything from the list to the preview works by keyboard', async ({ opened }) => {
  const { page } = opened;
  const models = new Models(page);
  await page.getByRole('navigation', { name: 'Panels' }).waitFor();
  await page.keyboard.press('Alt+2');
  await expect(page.getByRole('heading', { name: 'Strategy Management', level: 1 })).toBeVisible();
  await models.row('decision_engine').waitFor();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search models and versions')).toBeFocused();
  await page.keyboard.type('model');
  await expect(models.row('decision_engine')).toHaveCount(0);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const first = models.row('decision_engine').getByRole('button');
  await first.focus();
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(first).not.toBeFocused();
  await page.keyboard.press('End');
  await expect(models.row('torn').getByRole('button')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(models.drawer).toBeVisible();
  const promote = models.drawer.getByRole('button', { name: 'Promote v2 of decision_engine' });
  await promote.focus();
  await page.keyboard.press('Enter');
  const plan = await PlanDialog.opened(page, 'Promote a model');
  await expect(plan.button('Leave without doing it')).toBeFocused();
  await plan.dialog.getByRole('textbox', { name: /^Reason/u }).focus();
  await page.keyboard.type('Better on every window');
  await page.keyboard.press('Enter');
  await plan.sentence.waitFor();
  await page.keyboard.press('Escape');
  await expect(plan.dialog).toHaveCount(0);
  await models.drawer.getByRole('button', { name: 'Close' }).focus();
  await page.keyboard.press('Escape');
  await expect(models.drawer).toHaveCount(0);
});
