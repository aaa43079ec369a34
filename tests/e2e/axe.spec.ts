/**
 * axe finds nothing on any page of the access table, in light and in dark. A theme changes colours only, so in dark the
 * rules about colour are enough.
 *
 * Mutant: `text-muted` at a lightness of 0.6 in tailwind.css, or an <Input> outside its Field, turns most pages red.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { addressesOf, pagesFor, READERS, signInThere } from "../support/pages";
import { expect, test } from "../support/browser";

type Result = Awaited<ReturnType<AxeBuilder["analyze"]>>["violations"][number];

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

test.describe.configure({ mode: "parallel", timeout: 240_000 });

for (const reader of READERS) {
  if (pagesFor(reader).length === 0) continue;
  test(`pages of ${reader}: axe finds nothing, in light and in dark`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site.url, colorScheme: "light", reducedMotion: "reduce" });
    await signInThere(context.request, site.url, reader);
    const page = await context.newPage();
    for (const { id, path } of await addressesOf(context.request, site.url, reader)) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(path);
      await page.waitForTimeout(150);
      // Frames hold mails and are left out, so axe need not open a page of its own for them.
      const light = await new AxeBuilder({ page }).exclude("iframe").setLegacyMode().options({ resultTypes: ["violations"], preload: false }).analyze();
      expect.soft(said(light.violations), `${id} at ${path}, light`).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await coloursPassedOver(page);
      expect.soft(said(await colourFaults(page)), `${id} at ${path}, dark`).toEqual([]);
    }
    await context.close();
  });
}

/** Colours change by and by, each element's after its parent's: brought to their end, until none is under way. */
async function coloursPassedOver(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let still = 0; still < 2; ) {
      await new Promise(requestAnimationFrame);
      const changing = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      for (const transition of changing) transition.finish();
      still = changing.length ? 0 : still + 1;
    }
  });
}

/** By the axe that the look in light has left in the page. */
function colourFaults(page: Page): Promise<Result[]> {
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run(what: object, how: object): Promise<{ violations: Result[] }> } };
    const { violations } = await axe.run({ exclude: [["iframe"]] }, { runOnly: rules, resultTypes: ["violations"], preload: false });
    return violations;
  }, COLOUR_RULES);
}

function said(violations: Result[]): string[] {
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")} — ${v.nodes[0]?.failureSummary?.replaceAll("\n", " ")}`);
}
