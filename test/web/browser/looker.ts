import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Somebody who looks at the page; what the browser itself complains of is kept. */
export class Looker {
  readonly page: Page;
  /** Violations of the content security policy, errors of scripts, and requests to elsewhere. */
  readonly complaints: string[];
  readonly #url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    this.complaints = [];
    page.on('console', (message) => {
      // What the API refuses on purpose the browser tells as an error too.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('dialog', (dialog) => {
      this.complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin)
        this.complaints.push(`a request to ${request.url()}`);
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Looker> {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, ...options });
    context.setDefaultTimeout(30_000);
    return new Looker(await context.newPage(), url);
  }

  async goTo(path: string, token?: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}${token === undefined ? '' : `#token=${token}`}`);
  }

  /** Waits until the page says that it is live. */
  async live(): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: /live$/ }).waitFor();
  }

  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }
}
