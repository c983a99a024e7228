/** Strategy Management: its table, its drawer, and the ways into its dialogs. */
import type { Locator, Page } from 'playwright';
import { PlanDialog } from './planDialog.ts';

export class Models {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get table(): Locator {
    return this.page.getByRole('table', { name: 'Models' });
  }

  row(model: string): Locator {
    return this.table.getByRole('row').filter({ hasText: model });
  }

  get drawer(): Locator {
    return this.page.getByRole('complementary');
  }

  async open(model: string): Promise<void> {
    await this.page.getByRole('button', { name: `Open ${model}`, exact: true }).first().click();
    await this.drawer.getByRole('heading', { name: model, exact: true }).waitFor();
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true });
  }

  /** Opens the dialog of a promotion and gives it its reason. */
  async promote(model: string, version: string, reason: string): Promise<PlanDialog> {
    await this.drawer.getByRole('button', { name: `Promote ${version} of ${model}` }).click();
    const plan = await PlanDialog.opened(this.page, 'Promote a model');
    await this.reason(plan, reason);
    return plan;
  }

  async reason(plan: PlanDialog, reason: string): Promise<void> {
    const field = plan.dialog.getByRole('textbox', { name: /^Reason/u });
    await field.fill(reason);
    await field.press('Enter');
    await plan.sentence.waitFor();
  }
}
