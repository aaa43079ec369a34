/** Two records of one person become one and two again, by the hand of somebody at the desk. */
import { expect, test } from "../support/browser";
import { signInThere } from "../support/pages";

const WORDS = {
  en: { link: "Possible doubles", merge: "Make them one", merged: "The two records are one.", part: "Merged into this record", undo: "Take apart", undone: "They are two again.", email: "E-mail" },
  pl: { link: "Możliwe duplikaty", merge: "Połącz", merged: "Obie kartoteki są teraz jedną.", part: "Połączone z tą kartoteką", undo: "Rozdziel", undone: "Znów są dwie.", email: "E-mail" },
} as const;

for (const locale of ["en", "pl"] as const)
  test(`a pair is merged and taken apart again (${locale})`, async ({ page, site }) => {
    const words = WORDS[locale];
    if (locale === "pl") await page.setViewportSize({ width: 390, height: 844 });
    await signInThere(page.request, site.url, "support");
    await page.request.post(`${site.url}/language`, { headers: { Origin: site.url }, form: { locale, to: "/staff" } });
    await page.goto("/staff/customers");
    await page.getByRole("link", { name: words.link }).click();
    await expect(page.getByRole("heading", { name: words.link, level: 1 })).toBeVisible();
    const first = page.getByRole("table").getByRole("link").first();
    const pair = await first.getAttribute("href");
    await first.click();
    // Whose word stands: chosen on a phone by touch, at the desk by keys.
    const [own, other] = [page.locator('input[name="take.email"][value=own]'), page.locator('input[name="take.email"][value=other]')];
    await expect(own).toBeChecked();
    const taken = (await page.locator("label", { has: other }).innerText()).replace(`${words.email}:`, "").trim().split(/\s/)[0]!;
    const afterwards = page.getByRole("row", { name: new RegExp(`^${words.email}`) }).getByRole("cell").last();
    if (locale === "en") {
      await own.focus();
      await page.keyboard.press("ArrowRight");
    } else await page.locator("label", { has: other }).click();
    await expect(other).toBeChecked();
    await expect(afterwards.locator("span").first()).toContainText(taken);
    await page.getByRole("button", { name: words.merge }).click();
    await expect(page.getByText(words.merged)).toBeVisible();
    await expect(page.locator('a[href^="mailto:"]').first()).toHaveText(taken);
    await expect(page.getByRole("heading", { name: words.part })).toBeVisible();

    // The address of the pair leads to the one that stayed now.
    const stayed = page.url();
    await page.goto(pair!);
    expect(page.url()).toBe(stayed);

    await page.getByRole("button", { name: new RegExp(`^${words.undo}:`) }).click();
    await page.getByRole("dialog").getByRole("button", { name: words.undo, exact: true }).click();
    await expect(page.getByText(words.undone)).toBeVisible();
    await expect(page.locator('a[href^="mailto:"]').first()).not.toHaveText(taken);
    await page.goto("/staff/customers/doubles");
    await expect(page.locator(`a[href="${pair}"]`)).toBeVisible();
  });
