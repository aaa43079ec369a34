/** A file is uploaded, its columns named, its changes seen before anything is written, and its refused rows given back. */
import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { expect, test } from "../support/browser";
import { signInThere } from "../support/pages";

const people = (language: string) => `Nr;Poczta;Imię;Nazwisko;Kraj
${language}1;zuzanna.${language}@example.com;Zuzanna;Łęcka;PL
${language}2;jovan.${language}@example.com;Jovan;Đurić;RS
${language}2;jovan.${language}@example.com;Jovan;Đurić-Ilić;RS
${language}3;broken;No;Address;PL
`;

type Words = {
  upload: string; number: string; email: string; check: string; created: string; changed: string; refused: string; start: string; rejects: string; reason: string; download: string;
};

const WORDS: Record<string, Words> = {
  en: {
    upload: "Upload and check", number: "Customer number", email: "E-mail", check: "See what would change", created: "Would be new", changed: "Would change",
    refused: "Would be refused", start: "Import 4 rows", rejects: "The first refused rows", reason: "Not an e-mail address", download: "Download the rejects",
  },
  pl: {
    upload: "Prześlij i sprawdź", number: "Numer klienta", email: "E-mail", check: "Pokaż, co się zmieni", created: "Będą nowe", changed: "Zmienią się",
    refused: "Zostaną odrzucone", start: "Importuj 4 wiersze", rejects: "Pierwsze odrzucone wiersze", reason: "To nie jest adres e-mail", download: "Pobierz odrzucone",
  },
};

for (const [language, words] of Object.entries(WORDS))
  test(`a file is mapped, looked through, imported, and its refused rows come back (${language})`, async ({ page, site }) => {
    test.setTimeout(120_000);
    await signInThere(page.request, site.url, "marketer");
    await page.request.post("/language", { headers: { Origin: site.url }, form: { locale: language, back: "/staff" } });
    await page.goto("/staff/imports/new");
    await page.locator("input[type=file]").setInputFiles({ name: `people-${language}.csv`, mimeType: "text/csv", buffer: Buffer.from(people(language)) });
    await page.getByRole("button", { name: words.upload }).click();

    // two headers are nobody's words: the columns are named by hand
    await choose(page, words.number, "Nr");
    await choose(page, words.email, "Poczta");
    await page.getByRole("button", { name: words.check }).click();
    const changes = page.locator("#changes");
    await expect(changes).toBeVisible({ timeout: 30_000 });
    await expect(changes).toContainText("Zuzanna Łęcka");
    await expect(stat(page, words.created)).toContainText("2");
    await expect(stat(page, words.changed)).toContainText("1");
    await expect(stat(page, words.refused)).toContainText("1");

    await page.getByRole("button", { name: words.start }).click();
    const refused = page.getByRole("table", { name: words.rejects });
    await expect(refused).toContainText(words.reason, { timeout: 30_000 });
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: words.download }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    expect(text).toContain(`${language}3,broken,No,Address,PL`);

    await page.goto(`/staff/customers?q=zuzanna.${language}`);
    await expect(page.getByRole("link", { name: "Zuzanna Łęcka" })).toBeVisible();
  });

function stat(page: Page, label: string) {
  return page.locator("#changes").getByText(label, { exact: true }).locator("..");
}

/** The choice asks for the first rows anew at once; what is done before they have come would be lost. */
async function choose(page: Page, label: string, header: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByLabel(label).first().selectOption({ label: header });
  await answered;
  await page.waitForLoadState("networkidle");
}
