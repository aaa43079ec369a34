/** The first hour of a company that begins without the demo: the console's token, the address, a topic, its customers. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test as base } from "../support/browser";

const file = join(process.cwd(), ".cache/e2e/empty.db");
const rapport = (database: string, ...args: string[]) =>
  execFileSync(process.execPath, ["build/server/cli.js", ...args], {
    env: { ...process.env, DATABASE_FILE: database, SECRET_KEY: "browser-test-browser-test-browser-test", LOG_LEVEL: "error" },
    encoding: "utf8",
  });

const test = base.extend<object, { databaseTemplate: string }>({
  databaseTemplate: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      mkdirSync(join(file, ".."), { recursive: true });
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
      rapport(file, "migrate", "--quiet");
      await use(file);
    },
    { scope: "worker" },
  ],
});

const PEOPLE = `E-mail,Given name,Family name,Country,Newsletter
zofia@example.com,Zofia,Łęcka,PL,yes
jovan@example.com,Jovan,Đurić,RS,yes
broken,No,Address,PL,yes
`;

test("an administrator is made once, and the first steps lead to a company that can send", async ({ page, site }) => {
  test.setTimeout(120_000);
  const token = /token: (\S+)/.exec(rapport(site.databaseFile, "setup"))?.[1] ?? "";

  await page.goto("/staff");
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel("Token from the console").fill("not this one");
  await page.getByLabel("Your name").fill("Ana Lipa");
  await page.getByLabel("E-mail address").fill("ana@example.com");
  await page.getByLabel("New password", { exact: true }).fill("a long enough one");
  await page.getByLabel("Company name").fill("Ana Prints");
  await page.getByLabel("Postal address").fill("Lipowa 7, Wrocław");
  await page.getByRole("button", { name: "Create the administrator" }).click();
  await expect(page.getByText("This is not the newest token on the console.")).toBeVisible();
  await expect(page.getByLabel("Company name")).toHaveValue("Ana Prints");
  await page.getByLabel("Token from the console").fill(token);
  await page.getByRole("button", { name: "Create the administrator" }).click();
  await expect(page.getByText("Rapport is yours.")).toBeVisible();
  await expect(page.getByLabel("Postal address")).toHaveValue("Lipowa 7, Wrocław");

  await page.goto("/staff");
  const steps = page.getByRole("listitem");
  await expect(steps.filter({ hasText: "Say who you are" })).toContainText("Done:");
  await steps.filter({ hasText: "Name what you write about" }).getByRole("link").click();
  await page.getByLabel("Key").fill("news");
  await page.getByLabel("Name · English").fill("News and offers");
  await page.getByRole("button", { name: "Add the topic" }).click();
  await expect(page.getByRole("row", { name: /News and offers/ })).toBeVisible();

  await page.goto("/staff");
  await steps.filter({ hasText: "Bring your customers" }).getByRole("link").click();
  await page.locator("input[type=file]").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(PEOPLE) });
  await page.getByRole("radio", { name: /Customers/ }).check();
  await page.locator("main form button[type=submit]").click();
  await expect(page.getByText("Not an e-mail address")).toBeVisible();
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await expect(page.getByRole("table", { name: "The first refused rows" })).toContainText("broken,No,Address", { timeout: 30_000 });

  await page.goto("/staff/settings/topics");
  await expect(page.getByRole("row", { name: /News and offers/ })).toContainText("2");
  await page.goto("/staff");
  await expect(page.getByText("First steps")).toBeHidden();
  await page.goto("/setup");
  await expect(page).not.toHaveURL(/\/setup$/);
});
