/** A plan that the policy puts under a second person: the author may not approve it, somebody else may. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canActAsOther, nobody, runCli, shareWith } from './cli.ts';
import { expect, test } from './fixtures.ts';
import { Frame } from './pages/frame.ts';
import { PlanDialog } from './pages/planDialog.ts';
import { ReportCenter } from './pages/reportCenter.ts';
import { removeFolder } from './files.ts';

test.beforeEach(({ workspace }) => {
  workspace.write('config/console.json', JSON.stringify({ schema: 'sterownia.console/1', approval: { 'reports.purge': 'required', 'reports.delete': 'required' } }));
});

test('waits for a second person, whose approval comes from the command line, and is applied here', async ({ opened, workspace }) => {
  test.skip(!canActAsOther, 'a second account needs the rights of root on this system');
  const home = mkdtempSync(join(tmpdir(), 'sterownia-second-'));
  try {
    const plan = await new ReportCenter(opened.page).delete('smoke/run_a');
    await expect(plan.button('Delete smoke/run_a')).toBeDisabled();
    await plan.button('Request approval').click();
    await expect(plan.dialog.getByText(/requested, waiting for a second person/u)).toBeVisible();
    const listed = runCli(['plans', 'list', '--status', 'pending', '--json', '--workspace', workspace.path], home);
    const { plans } = JSON.parse(listed.stdout) as { readonly plans: readonly { readonly id: string }[] };
    const id = plans[0]?.id ?? '';
    const own = runCli(['plans', 'approve', id, '--json', '--workspace', workspace.path], home);
    expect(own.status, own.stderr).toBe(3);
    shareWith(workspace.path, nobody);
    const other = runCli(['plans', 'approve', id, '--note', 'seen', '--json', '--workspace', workspace.path], home, nobody);
    expect(other.status, other.stderr).toBe(0);
    await expect(plan.dialog.getByText(/given by/u)).toBeVisible();
    await plan.button('Delete smoke/run_a').click();
    await expect(plan.result).toContainText('completed');
    expect(existsSync(join(workspace.path, 'var/reports/smoke/run_a'))).toBe(false);
  } finally {
    removeFolder(home);
  }
});

test('the author is not offered a way around the second person', async ({ opened, workspace }) => {
  const { page } = opened;
  const plan = await new ReportCenter(page).delete('smoke/run_b');
  await plan.button('Request approval').click();
  await expect(plan.dialog.getByText(/requested, waiting for a second person/u)).toBeVisible();
  await plan.leave();
  await new Frame(page).goTo('Approvals');
  await page.getByRole('button', { name: /^Delete a report, open plan/u }).click();
  const inbox = await PlanDialog.opened(page, 'Delete a report');
  await expect(inbox.button('Delete smoke/run_b')).toBeDisabled();
  const approve = inbox.button('Approve');
  if (await approve.isVisible() && await approve.isEnabled()) {
    await approve.click();
    await expect(inbox.dialog.getByText(/author of a plan may not approve/u)).toBeVisible();
  }
  await expect(inbox.button('Delete smoke/run_b')).toBeDisabled();
  expect(existsSync(join(workspace.path, 'var/reports/smoke/run_b'))).toBe(true);
});

test('rejects a plan with a reason that its author reads', async ({ opened }) => {
  const plan = await new ReportCenter(opened.page).delete('smoke/run_b');
  await plan.button('Request approval').click();
  await plan.dialog.getByLabel(/reason for rejecting/u).fill('needed by the audit');
  await plan.button('Reject').click();
  await expect(plan.dialog.getByText(/Rejected by .*: needed by the audit/u)).toBeVisible();
  await expect(plan.button('Delete smoke/run_b')).toBeHidden();
});
