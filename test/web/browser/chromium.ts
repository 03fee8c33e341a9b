import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Where Debian puts it, or where the operator says. */
const PATH = process.env['DAGTOP_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser to test with, and what to do; undefined where there is one. */
export const noChromium = existsSync(PATH)
  ? undefined
  : `there is no ${PATH}: apt-get install chromium, or DAGTOP_CHROMIUM=/path/to/it`;

if (noChromium !== undefined && process.env['DAGTOP_REQUIRE_BROKERS'] === '1') throw new Error(noChromium);

export function openChromium(): Promise<Browser> {
  // Its sandbox needs a user of its own, which root in a container is not.
  return chromium.launch({ executablePath: PATH, args: ['--no-sandbox'] });
}
