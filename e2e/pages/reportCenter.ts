/** ReportCenter: the table, its filters, and the acts that open a plan. */
import type { Locator, Page } from 'playwright';
import { PlanDialog } from './planDialog.ts';

export class ReportCenter {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Rows of reports, without the header. */
  get rows(): Locator {
    return this.page.locator('[role="row"][data-id]');
  }

  row(report: string): Locator {
    return this.rows.filter({ hasText: report });
  }

  get search(): Locator {
    return this.page.getByRole('search', { name: 'Filters' }).getByLabel('Search');
  }

  async chooseCategory(category: string): Promise<void> {
    const field = this.page.getByRole('combobox', { name: 'Category' });
    await field.click();
    await this.page.getByRole('option', { name: category }).click();
    await field.press('Escape');
  }

  async chooseSummary(status: 'any' | 'valid' | 'missing' | 'damaged'): Promise<void> {
    await this.page.getByRole('search').getByLabel('Summary').click();
    await this.page.getByRole('option', { name: status, exact: true }).click();
  }

  async delete(report: string): Promise<PlanDialog> {
    await this.page.getByRole('button', { name: `Delete ${report}`, exact: true }).click();
    return PlanDialog.opened(this.page, 'Delete a report');
  }

  async act(name: 'Purge by filter' | 'Archive by filter'): Promise<PlanDialog> {
    await this.page.getByRole('button', { name: 'Act on reports' }).click();
    await this.page.getByRole('menuitem', { name }).click();
    return PlanDialog.opened(this.page, name === 'Purge by filter' ? 'Purge reports' : 'Archive reports');
  }
}
