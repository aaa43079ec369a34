/**
 * The rule builder by keyboard alone and by mouse, each in two languages, and without scripts; a fixed list changed; the count follows the newest rules whatever order the
 * answers come in.
 *
 * Mutants: without focus after "Add a rule" the typing goes nowhere; without dropping stale answers the late one wins.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/browser";
import { signInThere } from "../support/pages";

test.beforeEach(async ({ page, site }) => signInThere(page.request, site.url, "marketer"));

const count = async (page: Page) => Number((await page.getByRole("complementary").getByText(/^[\d,.\s]+ (customers?|klient(ów|a)?)$/).innerText()).replace(/\D/g, ""));

/** What the keys write and the page says, in two languages. Letters beyond ASCII choose nothing in a list: one types as far as the first. */
const KEYS = {
  en: {
    title: "Keyboard people", name: "Name", ask: "What to ask about", field: "What to ask about", country: "Country", poland: "Poland", chosen: "Country: Poland", rule: "Rule 1: Country", addGroup: "Add a group", group: "Group of rules",
    match: "How the rules below go together", none: "None", last: "Last order", days: "Days", inDays: "Last order: in the last 180 days", inGroup: "Rule 2.1: Last order", save: "Save segment", remove: "Remove the group",
  },
  pl: {
    title: "Klawiatura", name: "Nazwa", ask: "O co zapytać", field: "O co pytamy", country: "Kraj", poland: "Polska", chosen: "Kraj: Polska", rule: "Reguła 1: Kraj", addGroup: "Dodaj grupę", group: "Grupa reguł",
    match: "Jak łączą się reguły poniżej", none: "Nie jest", last: "Ostatnie z", days: "Dni", inDays: "Ostatnie zamówienie: w ostatnich 180 dniach", inGroup: "Reguła 2.1: Ostatnie zamówienie", save: "Zapisz segment", remove: "Usuń grupę",
  },
} as const;

for (const [lang, say] of Object.entries(KEYS))
  test(`a nested segment is written, read back, counted and saved with the keyboard alone, in ${lang}`, async ({ page, context, site }) => {
    await context.addCookies([{ name: "lang", value: lang, url: site.url }]);
    await page.goto("/staff/segments/new");
    const all = await count(page);
    const aside = page.getByRole("complementary");
    const keys = page.keyboard;

    await page.getByLabel(say.name, { exact: true }).focus();
    await keys.type(say.title);

    // To "What to ask about", choose Country by its first letters, to the button, press it.
    await tabTo(page, say.ask);
    await keys.type(say.country);
    await keys.press("Tab");
    await keys.press("Enter");
    // The new rule has the focus: over the operator to the list of countries.
    await expect(page.getByRole("group", { name: say.rule }).getByLabel(say.field)).toBeFocused();
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.press("Enter");
    const poland = page.getByRole("checkbox", { name: say.poland });
    while (!(await poland.evaluate((box) => box === document.activeElement))) await keys.press("Tab");
    await keys.press("Space");
    await expect(aside.getByText(say.chosen)).toBeVisible();
    await expect.poll(() => count(page)).toBeLessThan(all);
    const poles = await count(page);

    // A group below it, with a rule inside.
    await page.getByRole("button", { name: say.addGroup }).focus();
    await keys.press("Enter");
    const group = page.getByRole("group", { name: say.group }).nth(1);
    await expect(group.getByLabel(say.match)).toBeFocused();
    await keys.type(say.none);
    await group.getByLabel(say.ask).focus();
    await keys.type(say.last);
    await keys.press("Tab");
    await keys.press("Enter");
    await tabTo(page, say.days);
    await keys.type("180");
    await expect(aside.getByText(say.inDays)).toBeVisible();
    await expect.poll(() => count(page)).toBeLessThan(poles);
    const quiet = await count(page);

    // Enter in a field does not press a button that changes the rules.
    await keys.press("Enter");
    await expect(page.getByRole("group", { name: say.inGroup })).toBeVisible();

    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => v.id)).toEqual([]);

    await page.getByRole("button", { name: say.save }).focus();
    await keys.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: say.title })).toBeVisible();
    expect(await count(page)).toBe(quiet);

    // Removing the group by keyboard gives the focus to what is left.
    await page.getByRole("button", { name: say.remove }).focus();
    await keys.press("Enter");
    await expect(page.getByRole("group", { name: say.rule }).getByLabel(say.field)).toBeFocused();
    await expect.poll(() => count(page)).toBe(poles);
  });

test("a late answer to an older question is dropped", async ({ page }) => {
  await page.goto("/staff/segments/new");
  await page.getByRole("button", { name: "Add a rule" }).click();
  let asked = 0;
  await page.route("**/staff/segments/count", async (route) => {
    asked += 1;
    const mine = asked;
    if (mine === 1) await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.fulfill({ json: { ok: true, count: mine, total: 100, sample: [] } }).catch(() => undefined);
  });
  await page.getByText("Choose…").first().click();
  await page.getByRole("checkbox", { name: "Poland" }).check();
  await expect.poll(() => asked).toBe(1);
  await page.getByRole("checkbox", { name: "Serbia" }).check();
  await expect.poll(() => count(page)).toBe(2);
  await page.waitForTimeout(1600);
  expect(await count(page)).toBe(2);
});

/** The same scene by mouse, with its words in two languages: build, save, who would be reached, why somebody is in. */
const SCENES = {
  en: {
    name: "Name", ask: "What to ask about", field: "Next order overdue", add: "Add a rule", addGroup: "Add a group", match: "How the rules below go together", none: "None of these holds", orders: "Number of orders", save: "Save segment",
    readback: "Next order overdue: yes, by their own usual interval", reckon: "Reckon", topic: "Topic", offers: "Offers", noConsent: "No consent to this topic", who: "Name, address or number", check: "Check",
    inside: /is in this segment/, fact: /Next order overdue: expected by/, people: "No consent to this topic",
  },
  pl: {
    name: "Nazwa", ask: "O co zapytać", field: "Następne zamówienie spóźnione", add: "Dodaj regułę", addGroup: "Dodaj grupę", match: "Jak łączą się reguły poniżej", none: "Nie jest spełniona żadna", orders: "Liczba zamówień", save: "Zapisz segment",
    readback: "Następne zamówienie spóźnione: tak, względem własnego zwykłego odstępu", reckon: "Przelicz", topic: "Temat", offers: "Promocje", noConsent: "Brak zgody na ten temat", who: "Nazwa, adres lub numer", check: "Sprawdź",
    inside: /należy do tego segmentu/, fact: /Następne zamówienie spóźnione: spodziewane do/, people: "Brak zgody na ten temat",
  },
} as const;

for (const [lang, say] of Object.entries(SCENES))
  test(`by mouse, in ${lang}: built and saved, the waterfall opens its people, somebody is explained`, async ({ page, context, site }) => {
    await context.addCookies([{ name: "lang", value: lang, url: site.url }]);
    await page.goto("/staff/segments/new");
    await page.getByLabel(say.name, { exact: true }).fill(`Mouse ${lang}`);
    await page.getByLabel(say.ask).selectOption({ label: say.field });
    await page.getByRole("button", { name: say.add }).click();
    await page.getByRole("button", { name: say.addGroup }).first().click();
    await page.getByLabel(say.match).nth(1).selectOption({ label: say.none });
    const add = page.locator('[data-add="1"]');
    await add.selectOption({ label: say.orders });
    await page.getByRole("button", { name: say.add }).first().click();
    await page.locator('[data-rule="1.0"] input').fill("100");
    const aside = page.getByRole("complementary");
    await expect(aside.getByText(say.readback)).toBeVisible();
    await page.getByRole("button", { name: say.save }).click();
    await expect(page.getByRole("heading", { level: 1, name: `Mouse ${lang}` })).toBeVisible();
    const somebody = await aside.getByRole("link").first().innerText();

    await page.getByLabel(say.topic, { exact: true }).selectOption({ label: say.offers });
    await page.getByRole("button", { name: say.reckon }).click();
    const step = page.getByRole("figure").getByRole("link", { name: say.noConsent });
    await expect(step).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => v.id)).toEqual([]);

    await page.getByRole("searchbox", { name: say.who }).fill(somebody);
    await page.getByRole("button", { name: say.check }).click();
    const hit = page.locator("#check").getByRole("link", { name: somebody }).first();
    await expect(hit).toBeVisible();
    const verdict = page.locator("#check strong");
    if (!(await verdict.isVisible())) await hit.click();
    await expect(verdict).toHaveText(say.inside);
    await expect(page.getByText(say.fact)).toBeVisible();

    await page.goto(`${page.url().split("?")[0]}?topic=offers&channel=email`);
    await page.getByRole("figure").getByRole("link", { name: say.noConsent }).click();
    await expect(page.getByRole("heading", { level: 1, name: say.people })).toBeVisible();
    await expect(page.getByRole("table").getByRole("link").first()).toBeVisible();
  });

test("a fixed list: two customers ticked and put on, one taken off on her page, the other on the list's", async ({ page }) => {
  await page.goto("/staff/segments/new-list");
  await page.getByLabel("Name", { exact: true }).fill("Chosen few");
  await page.getByLabel("E-mail addresses or customer numbers").fill("kinga.nowak@example.com");
  await page.getByRole("button", { name: "Make the list" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Chosen few" })).toBeVisible();
  const list = page.url().split("?")[0]!;

  await page.goto("/staff/customers");
  const ticks = page.getByRole("checkbox", { name: /^Tick / });
  const names = [];
  for (const at of [0, 1]) {
    await ticks.nth(at).check();
    names.push((await ticks.nth(at).locator("..").innerText()).replace(/^Tick /, ""));
  }
  await page.getByLabel("Those who are ticked: which list").selectOption({ label: "Chosen few" });
  await page.getByRole("button", { name: "Put on", exact: true }).click();
  await expect(page.getByText("2 customers put on “Chosen few”.")).toBeVisible();

  await page.getByRole("table").getByRole("link", { name: names[0]! }).first().click();
  await page.getByRole("button", { name: "Take off “Chosen few”" }).click();
  await expect(page.getByRole("button", { name: "Take off “Chosen few”" })).toBeHidden();

  await page.goto(list);
  expect(await count(page)).toBe(2);
  await page.getByRole("link", { name: "All on it" }).click();
  await page.getByRole("button", { name: `Take ${names[1]} off the list` }).click();
  await expect(page.getByText("1 customer taken off “Chosen few”.")).toBeVisible();
  await page.goto(list);
  expect(await count(page)).toBe(1);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });
  test("the same is built by plain buttons", async ({ page }) => {
    await page.goto("/staff/segments/new");
    await page.getByLabel("Name", { exact: true }).fill("Plain people");
    await page.getByLabel("What to ask about").selectOption({ label: "Number of orders" });
    await page.getByRole("button", { name: "Add a rule" }).click();
    const rule = page.getByRole("group", { name: "Rule 1: Number of orders" });
    await rule.getByLabel("How it is compared").selectOption({ label: "between" });
    await rule.getByRole("button", { name: "Show the fields for this choice" }).click();
    await rule.getByLabel("From", { exact: true }).fill("2");
    await rule.getByLabel("To", { exact: true }).fill("4");
    await page.getByRole("button", { name: "Count again" }).click();
    const some = await count(page);
    expect(some).toBeGreaterThan(0);
    await expect(page.getByText("Number of orders: from 2 to 4")).toBeVisible();
    await page.getByRole("button", { name: "Save segment" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Plain people" })).toBeVisible();
    expect(await count(page)).toBe(some);
  });
});

/** Tab until the control with this label has the focus. */
async function tabTo(page: Page, label: string): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    if (here === label) return;
  }
  throw new Error(`Tab never reached ${label}`);
}
