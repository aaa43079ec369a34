/** The reports in a browser: from a figure to its people, to its table, to its file; in two languages. */
import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "../support/browser";
import { signInThere } from "../support/pages";

test.beforeEach(async ({ page, site }) => signInThere(page.request, site.url, "marketer"));

const WORDS = {
  en: { table: "Show as a table", segment: "Make a segment", heat: "Share of each cohort who ordered again", people: /^(\d+) customers? of \d+ in the cohort/, cell: /ordered 1 month later/ },
  pl: { table: "Pokaż jako tabelę", segment: "Utwórz segment", heat: "Jaka część każdej kohorty zamówiła ponownie", people: /^(\d+) klient\S* z \d+ w kohorcie/, cell: /zamówiło 1 miesiąc później/ },
} as const;

for (const locale of ["en", "pl"] as const)
  test(`from a cohort's number to its people, its table and its file (${locale})`, async ({ page, site, context }) => {
    if (locale !== "en") await context.addCookies([{ name: "lang", value: locale, url: site.url }]);
    const words = WORDS[locale];
    await page.goto("/staff");
    await page.goto("/staff/reports");
    await expect(page).toHaveURL(/\/staff\/reports\/loyalty$/);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    const heat = page.getByRole("region", { name: words.heat }).first();
    const cell = heat.getByRole("link", { name: words.cell }).nth(3);
    const shown = Number(/\d+/.exec((await cell.getAttribute("aria-label")) ?? "")?.[0]);
    expect(shown).toBeGreaterThan(0);

    // The same figures behind the toggle, as numbers of people.
    const figure = page.getByRole("figure").filter({ has: heat });
    await figure.getByText(words.table).click();
    await expect(figure.getByRole("table").nth(1).getByRole("cell", { name: String(shown), exact: true }).first()).toBeVisible();

    const file = await page.request.get((await figure.getByRole("link", { name: /CSV/ }).getAttribute("href")) ?? "");
    expect(file.headers()["content-disposition"]).toMatch(/^attachment; filename="cohorts-[\d-]+\.csv"$/);
    const lines = (await file.text()).trimEnd().split("\r\n");
    expect(lines[0]).toMatch(/^\uFEFFfirst_order_from,customers,month_1,/);
    expect(lines.length).toBeGreaterThan(12);

    await cell.click();
    const count = page.getByText(words.people);
    await expect(count).toBeVisible();
    expect(Number(words.people.exec(await count.innerText())?.[1])).toBe(shown);
    await expect(page.getByRole("main").getByRole("rowheader")).toHaveCount(shown);
    await page.getByRole("link", { name: words.segment }).click();
    await expect(page).toHaveURL(/\/staff\/segments\/new\?rules=/);
    // Days of a segment are those of each customer's own calendar: beside the ends of months a few may differ.
    const reached = page.getByRole("complementary").getByText(/^\d+ (customers?|klient\S*)$/);
    expect(Math.abs(Number(/\d+/.exec(await reached.innerText())?.[0]) - shown)).toBeLessThanOrEqual(2);
  });
