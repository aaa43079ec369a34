/** The one page that the demo never shows: a place that nobody has set up yet. */
import { join } from "node:path";

import AxeBuilder from "@axe-core/playwright";

import { pagesBeforeSetUp } from "../support/pages";
import { expect, test } from "../support/browser";

test.use({ databaseTemplate: join(process.cwd(), ".cache/e2e/empty.db") });

for (const theme of ["light", "dark"] as const)
  test(`the pages of the first run, ${theme}: axe finds nothing, and they fit a phone`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site.url, colorScheme: theme, reducedMotion: "reduce", viewport: { width: 360, height: 780 } });
    await context.addCookies([{ name: "lang", value: "pl", url: site.url }]);
    const page = await context.newPage();
    for (const { id, pattern } of pagesBeforeSetUp()) {
      await page.goto(pattern);
      expect(new URL(page.url()).pathname, id).toBe(pattern);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.target.join(" ")}`), id).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), id).toBeLessThanOrEqual(360);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    }
    await context.close();
  });
