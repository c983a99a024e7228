/** AutoMode on a workspace with a past: what a person reads there, does there, and has to sign. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli.ts';
import { card, dialog, expect, test } from './pages/autoMode.ts';

test('tells the state, the guardrails, both shares with their bases, and what needs a person with the step of the runbook', async ({ panel: page }) => {
  await expect(card(page, 'Automation')).toContainText('On');
  await expect(card(page, 'Automation')).toContainText(/btc-retrain.*in \d+\sh/u);
  await expect(card(page, 'Guardrails')).toContainText('fine');
  await expect(card(page, 'Share under a guardrail')).toContainText('1 of 2 in the last 1 h');
  await expect(card(page, 'Share under a guardrail')).toContainText('1 of 3 in the last 2 h');
  const alerts = card(page, 'What needs a person');
  await expect(alerts).toContainText('Degraded champion: risk_model');
  await expect(alerts).toContainText('report_maintenance.md, 9.3');
  await expect(card(page, 'What happened').getByRole('row').nth(1)).toContainText('execution_timing');
  await card(page, 'What happened').getByRole('tab', { name: 'Cycles' }).click();
  await expect(card(page, 'What happened').getByRole('row').nth(1)).toContainText('sol-retrain');
});

test('is paused with a reason by keyboard alone, shows it at once, and goes on again', async ({ panel: page, opened, workspace }) => {
  await page.getByRole('button', { name: 'Pause AutoMode' }).focus();
  await page.keyboard.press('Enter');
  const pause = dialog(page, 'Pause AutoMode');
  const act = pause.getByRole('button', { name: 'Pause AutoMode' });
  await expect(act).toBeDisabled();
  await pause.getByRole('textbox', { name: /Reason/u }).focus();
  await page.keyboard.type('Maintenance of the exchange');
  await expect(pause.getByRole('group', { name: 'Command line' })).toContainText("automode pause --duration 2h --reason 'Maintenance of the exchange'");
  await act.focus();
  await page.keyboard.press('Space');
  await expect(card(page, 'Automation')).toContainText('Maintenance of the exchange');
  await expect(card(page, 'Automation')).toContainText('Paused');
  expect(JSON.parse(runCli(['automode', 'status', '--json', '--workspace', workspace.path], opened.home).stdout)).toMatchObject({ automation: { state: 'paused' } });
  await page.getByRole('button', { name: 'Resume AutoMode' }).click();
  await dialog(page, 'Resume AutoMode').getByRole('button', { name: 'Resume AutoMode' }).click();
  await expect(card(page, 'Automation')).not.toContainText('Paused');
});

test('shows within seconds what others do: the kill switch from a terminal, and a risk that the bot tells of', async ({ panel: page, opened, workspace }) => {
  expect(runCli(['automode', 'kill', '--reason', 'Champion trades against its signals', '--workspace', workspace.path], opened.home).status).toBe(0);
  await expect(card(page, 'Automation')).toContainText('Champion trades against its signals');
  await card(page, 'Automation').getByRole('button', { name: 'Release the kill switch' }).click();
  const release = dialog(page, 'Release the kill switch');
  await release.getByRole('textbox', { name: /Reason/u }).fill('Signals were repaired');
  await release.getByRole('button', { name: 'Release the kill switch' }).click();
  await expect(card(page, 'Automation').getByRole('button', { name: 'Engage the kill switch' })).toBeVisible();
  writeFileSync(join(workspace.path, 'var/runtime/guardrail_signals.json'), JSON.stringify({ timestamp: new Date().toISOString(), effective_risk: 0.93 }));
  await expect(card(page, 'Guardrails')).toContainText('in force');
  await expect(card(page, 'Guardrails').getByRole('row').nth(1)).toContainText('effective risk');
  writeFileSync(join(workspace.path, 'var/runtime/guardrail_signals.json'), '{ broken');
  await expect(card(page, 'Guardrails')).toContainText('cannot be read');
  await expect(card(page, 'Guardrails')).toContainText('unknown');
});

test('lets a person sign what is shown, and not in two roles', async ({ panel: page }) => {
  const inbox = card(page, 'Sign-off inbox');
  const first = inbox.getByRole('row').nth(1);
  await first.getByRole('button', { name: /^Open report/u }).click();
  const sign = dialog(page, 'Sign a report');
  await expect(sign.getByRole('region', { name: 'Content of the report' })).toContainText('"status"');
  await sign.getByLabel('In the role').click();
  await page.getByRole('option', { name: 'Risk' }).click();
  await sign.getByRole('button', { name: 'Sign as risk' }).click();
  await expect(first).toContainText('approved');
  await first.getByRole('button', { name: /^Open report/u }).click();
  await sign.getByRole('button', { name: 'Sign as compliance' }).click();
  await expect(sign.getByRole('alert')).toContainText('FORBIDDEN');
  await page.keyboard.press('Escape');
  await expect(sign).toHaveCount(0);
});

test('carries out a cycle with its progress and tells what became of it', async ({ panel: page }) => {
  await card(page, 'Automation').getByRole('button', { name: 'Carry out a cycle' }).click();
  const cycle = dialog(page, 'Carry out a cycle');
  await cycle.getByRole('checkbox', { name: /Train although/u }).check();
  await cycle.getByRole('button', { name: 'Carry out a cycle of btc-retrain' }).click();
  await expect(cycle.getByRole('status')).toContainText(/completed/u, { timeout: 90_000 });
  await expect(cycle).toContainText('logs/ai_training/btc-retrain');
  await cycle.getByRole('button', { name: 'Close' }).click();
  await card(page, 'What happened').getByRole('tab', { name: 'Cycles' }).click();
  await expect(card(page, 'What happened').getByRole('row').nth(1)).toContainText('btc-retrain');
});
