/**
 * Every page of the access table is opened once, in Polish, whose words are long. On what its reader has (a phone of
 * 360 px for customers, 768 and 1024 px for staff) nothing scrolls sideways, words fit their buttons, and the one heading is
 * the title. Then axe finds nothing on it, in light and in dark: a theme changes colours only, so in dark the rules about
 * colour are enough.
 *
 * Mutants: `whitespace-nowrap` on the cells of a table without `stacks` pushes the list of orders out of 360 px;
 * `text-muted` at a lightness of 0.6 in tailwind.css, or an <Input> outside its Field, turns most pages red.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { addressesOf, pagesFor, READERS, signInThere, type Address, type Reader } from "../support/pages";
import { expect, test } from "../support/browser";

type Result = Awaited<ReturnType<AxeBuilder["analyze"]>>["violations"][number];

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const DESK = { width: 1280, height: 720 };

const widths = (reader: Reader) => (reader === "customer" || reader === "anonymous" ? [360] : [768, 1024]);

test.describe.configure({ mode: "parallel", timeout: 360_000 });

for (const reader of READERS) {
  if (pagesFor(reader).length === 0) continue;
  test(`pages of ${reader} fit ${widths(reader).join(" and ")} px, and axe finds nothing, in light and in dark`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site.url, colorScheme: "light", reducedMotion: "reduce" });
    await context.addCookies([{ name: "lang", value: "pl", url: site.url }]);
    await signInThere(context.request, site.url, reader);
    const page = await context.newPage();
    for (const address of await addressesOf(context.request, site.url, reader)) {
      await page.emulateMedia({ colorScheme: "light" });
      for (const [i, width] of widths(reader).entries()) {
        await page.setViewportSize({ width, height: 800 });
        if (i === 0) await page.goto(address.path);
        await fits(page, address, width);
      }
      await page.setViewportSize(DESK);
      await isAccessible(page, address);
    }
    await context.close();
  });
}

async function fits(page: Page, { id, path }: Address, width: number): Promise<void> {
  const { wide, headings, cut } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    // Their words stand on one line: too many of them stick out on both sides.
    cut: [...document.querySelectorAll<HTMLElement>("main button:not(.sr-only), main a.inline-flex:not(.sr-only)")]
      .filter((button) => button.checkVisibility() && button.clientWidth > 1 && button.scrollWidth > button.clientWidth + 1)
      .map((button) => button.innerText),
    headings: [...document.querySelectorAll("h1")].map((h) => h.textContent?.trim() ?? ""),
  }));
  expect.soft(wide, `${id} at ${path}, ${width} px`).toBeLessThanOrEqual(width);
  expect.soft(cut, `${id} at ${path}, ${width} px: words that do not fit their button`).toEqual([]);
  expect.soft(headings, `${id} at ${path}: one main heading`).toHaveLength(1);
  await expect.soft(page, `${id} at ${path}: the heading is the title`).toHaveTitle(beginsWith(headings[0] ?? ""));
}

const beginsWith = (words: string) => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

async function isAccessible(page: Page, { id, path }: Address): Promise<void> {
  await page.waitForTimeout(150);
  // Frames hold mails and are left out, so axe need not open a page of its own for them.
  const light = await new AxeBuilder({ page }).exclude("iframe").setLegacyMode().options({ resultTypes: ["violations"], preload: false }).analyze();
  expect.soft(said(light.violations), `${id} at ${path}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await coloursPassedOver(page);
  expect.soft(said(await colourFaults(page)), `${id} at ${path}, dark`).toEqual([]);
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
