/** The frame of the window: panels, palette, language, theme, and what it says about the console's state. */
import type { Locator, Page } from 'playwright';

export type Panel = 'ReportCenter' | 'Strategy Management' | 'Approvals' | 'Trash' | 'Journal' | 'Settings';

export class Frame {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name, level: 1 });
  }

  async goTo(panel: Panel): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Panels' }).getByText(panel, { exact: true }).click();
    await this.heading(panel).waitFor();
  }

  async openPalette(): Promise<Locator> {
    await this.page.keyboard.press('Control+k');
    const palette = this.page.getByRole('dialog', { name: 'Search or act' });
    await palette.waitFor();
    return palette;
  }

  switchLanguage(): Promise<void> {
    return this.page.getByRole('button', { name: /Przełącz na polski|Switch to English/u }).click();
  }

  switchTheme(): Promise<void> {
    return this.page.getByRole('button', { name: /^Theme: /u }).click();
  }

  get lostBanner(): Locator {
    return this.page.getByText(/Connection to the console lost/u);
  }
}
