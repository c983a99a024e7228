/** A field for a date or an instant: a group of its parts, filled as a person fills it. */
import type { Locator, Page } from 'playwright';

export class DateField {
  readonly page: Page;
  readonly group: Locator;

  /** The group comes with the picker; a stand-in shows the value until then. */
  constructor(page: Page, label: string | RegExp, within: Page | Locator = page) {
    this.page = page;
    this.group = within.getByRole('group', { name: label });
  }

  /** What stands in the field, without the marks that keep its parts in order. */
  async text(): Promise<string> {
    const parts = await this.group.getByRole('spinbutton').allInnerTexts();
    return parts.map((part) => part.replaceAll(/[^\p{L}\d]/gu, '')).join(' ');
  }

  /** Types over what is there, beginning with the year. */
  async type(text: string): Promise<void> {
    await this.group.getByRole('spinbutton').first().click();
    await this.page.keyboard.type(text);
  }

  async clear(): Promise<void> {
    await this.group.getByRole('spinbutton').first().click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Delete');
  }
}
