/**
 * Every page of the access table is opened once, in Polish, whose words are long. On what its reader has (a phone of
 * 360 px for customers, 768 and 1024 px for staff) nothing scrolls sideways, words fit their buttons, and the one heading is
 * the title. Then axe finds nothing on it, in light and in dark: a theme changes colours only, so in the second the rules
 * about colour are enough.
 *
 * Mutants: `whitespace-nowrap` on the cells of a table without `stacks` pushes the list of orders out of 360 px;
 * `text-muted` at a lightness of 0.6 in tailwind.css, or an <Input> outside its Field, turns most pages red.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { addressesOf, pagesFor, READERS, signInThere, type Address, type Reader } from "../support/pages";
import { expect, test } from "../support/browser";

type Result = Awaited<ReturnType<AxeBuilder["analyze"]>>["violations"][number];

type Theme = "light" | "dark";

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const widths = (reader: Reader) => (reader === "customer" || reader === "anonymous" ? [360] : [768, 1024]);

test.describe.configure({ mode: "parallel", timeout: 360_000 });

/** Who has many pages is looked at by two at once. */
const PARTS = READERS.flatMap((reader) => {
  const pages = pagesFor(reader).length;
  return pages === 0 ? [] : pages < 40 ? [{ reader, part: 0, of: 1 }] : [0, 1].map((part) => ({ reader, part, of: 2 }));
});

for (const { reader, part, of } of PARTS) {
  const which = of > 1 ? ` (${part + 1} of ${of})` : "";
  test(`pages of ${reader}${which} fit ${widths(reader).join(" and ")} px, and axe finds nothing, in light and in dark`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site.url, colorScheme: "light", reducedMotion: "reduce" });
    await context.addCookies([{ name: "lang", value: "pl", url: site.url }]);
    await signInThere(context.request, site.url, reader);
    const page = await context.newPage();
    const addresses = await addressesOf(context.request, site.url, reader);
    // The next page comes in the theme that the last was left in: none is recoloured for nothing.
    let [first, second]: [Theme, Theme] = ["light", "dark"];
    for (const address of addresses.filter((_, i) => i % of === part)) {
      for (const [i, width] of widths(reader).entries()) {
        await page.setViewportSize({ width, height: 800 });
        if (i === 0) await page.goto(address.path);
        await fits(page, address, width);
      }
      await isAccessible(page, address, first, second);
      [first, second] = [second, first];
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

async function isAccessible(page: Page, { id, path }: Address, first: Theme, second: Theme): Promise<void> {
  await page.evaluate(hideAlike);
  await page.waitForTimeout(100);
  // Frames hold mails and are left out, so axe need not open a page of its own for them.
  const all = await new AxeBuilder({ page }).exclude("iframe").setLegacyMode().options({ resultTypes: ["violations"], preload: false }).analyze();
  expect.soft(said(all.violations), `${id} at ${path}, ${first}`).toEqual([]);
  await page.emulateMedia({ colorScheme: second });
  await coloursPassedOver(page);
  expect.soft(said(await colourFaults(page)), `${id} at ${path}, ${second}`).toEqual([]);
}

/** Of rows and entries that differ in their words alone axe sees two: it takes as long for each as for a small page. */
function hideAlike(): void {
  const looks = (element: Element) =>
    [element, ...element.querySelectorAll("*")].map((one) => [one.tagName, ...[...one.attributes].map(({ name, value }) => (/^(class|style|fill|role)$/.test(name) ? name + value : name))].join(" ")).join("|");
  for (const list of document.querySelectorAll("tbody, ul, ol, dl")) {
    const seen = new Map<string, number>();
    for (const child of list.children as HTMLCollectionOf<HTMLElement>) {
      const key = looks(child);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (count > 2) child.style.display = "none";
    }
  }
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

/** By the axe that the first look has left in the page. */
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
