/** The trash: its entries and how one comes back. */
import type { Locator, Page } from 'playwright';

export class Trash {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get entries(): Locator {
    return this.page.getByRole('table', { name: 'Trash' }).locator('tbody tr');
  }

  async openFirst(): Promise<void> {
    await this.entries.first().getByRole('button').click();
  }

  /** Opens the dialog of the open entry. */
  async restore(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Restore', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Restore from the trash' });
    await dialog.waitFor();
    return dialog;
  }
}
