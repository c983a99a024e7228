/** The one dialog through which everything destructive passes. */
import type { Locator, Page } from 'playwright';

export class PlanDialog {
  readonly dialog: Locator;
  readonly page: Page;

  private constructor(page: Page, dialog: Locator) {
    this.page = page;
    this.dialog = dialog;
  }

  static async opened(page: Page, title: string): Promise<PlanDialog> {
    const dialog = page.getByRole('dialog', { name: title });
    await dialog.waitFor();
    return new PlanDialog(page, dialog);
  }

  get sentence(): Locator {
    return this.dialog.getByTestId('plan-sentence');
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole('button', { name });
  }

  get result(): Locator {
    return this.dialog.getByRole('status').filter({ hasText: /done/u });
  }

  confirm(word: string): Promise<void> {
    return this.dialog.getByLabel(`Type ${word} to confirm`).fill(word);
  }

  async leave(): Promise<void> {
    await this.dialog.getByRole('button', { name: /Leave without doing it|^Close$/u }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }
}
