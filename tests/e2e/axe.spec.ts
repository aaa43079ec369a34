/**
 * axe finds nothing on any page of the access table, in light and in dark. A theme changes colours only, so in dark the
 * rules about colour are enough.
 *
 * Mutant: `text-muted` at a lightness of 0.6 in tailwind.css, or an <Input> outside its Field, turns most pages red.
 */
import AxeBuilder from "@axe-core/playwright";

import { addressesOf, pagesFor, READERS, signInThere } from "../support/pages";
import { expect, test } from "../support/browser";

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

test.describe.configure({ mode: "parallel", timeout: 240_000 });

for (const reader of READERS) {
  for (const theme of ["light", "dark"] as const) {
    if (pagesFor(reader).length === 0) continue;
    test(`pages of ${reader}, ${theme}: axe finds nothing`, async ({ browser, site }) => {
      const context = await browser.newContext({ baseURL: site.url, colorScheme: theme, reducedMotion: "reduce" });
      await signInThere(context.request, site.url, reader);
      const found = await addressesOf(context.request, site.url, reader);
      const page = await context.newPage();
      for (const { id, path } of found) {
        await page.goto(path);
        await page.waitForTimeout(150);
        // Frames hold mails and are left out, so axe need not open a page of its own for them.
        const axe = new AxeBuilder({ page }).exclude("iframe").setLegacyMode();
        const { violations } = await (theme === "light" ? axe : axe.withRules(COLOUR_RULES)).analyze();
        const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")} — ${v.nodes[0]?.failureSummary?.replaceAll("\n", " ")}`);
        expect.soft(said, `${id} at ${path}`).toEqual([]);
      }
      await context.close();
    });
  }
}
