/**
 * Pages and buttons fit: what customers see on a phone of 360 px, what staff see at 768 and 1024 px, in Polish, whose words are
 * long. No page scrolls sideways, and each says in its title what it is.
 *
 * Mutant: `whitespace-nowrap` on the cells of a table without `stacks` pushes the list of orders out of 360 px.
 */
import { addressesOf, pagesFor, READERS, signInThere, type Reader } from "../support/pages";
import { expect, test } from "../support/browser";

test.setTimeout(240_000);

const widths = (reader: Reader) => (reader === "customer" || reader === "anonymous" ? [360] : [768, 1024]);

for (const reader of READERS) {
  if (pagesFor(reader).length === 0) continue;
  test(`pages of ${reader} fit ${widths(reader).join(" and ")} px`, async ({ browser, site }) => {
    const context = await browser.newContext({ baseURL: site.url });
    await context.addCookies([{ name: "lang", value: "pl", url: site.url }]);
    await signInThere(context.request, site.url, reader);
    const found = await addressesOf(context.request, site.url, reader);
    const page = await context.newPage();
    for (const { id, path } of found) {
      for (const [i, width] of widths(reader).entries()) {
        await page.setViewportSize({ width, height: 800 });
        if (i === 0) await page.goto(path);
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
    }
    await context.close();
  });
}

const beginsWith = (words: string) => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
