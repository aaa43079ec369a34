/**
 * A complaint between a phone and the desk, both pages open: what one side writes shows on the other in under two
 * seconds, without a reload.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import sharp from "sharp";

import { DEMO_CUSTOMER_PASSWORD, DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";
import { expect, test } from "../support/browser";

const TWO_SECONDS = { timeout: 2_000 };

async function signIn(page: Page, path: string, email: string, password: string) {
  await page.goto(path);
  await page.locator('main input[name="email"]').fill(email);
  await page.locator('main input[name="password"]').fill(password);
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}

/** Fills in and waits until the page's scripts hold what stands there. */
const hydrated = (page: Page) => page.waitForFunction(() => Object.keys(document.querySelector("main") ?? {}).some((key) => key.startsWith("__react")));

test("a complaint is filed on the phone, answered at the desk, and both sides see it at once", async ({ browser, site }) => {
  const photo = join(site.folder, "mug.png");
  writeFileSync(photo, await sharp({ create: { width: 640, height: 480, channels: 3, background: "#2a6" } }).png().toBuffer());
  const phoneContext = await browser.newContext({ baseURL: site.url, locale: "en-GB", viewport: { width: 390, height: 844 } });
  const deskContext = await browser.newContext({ baseURL: site.url, locale: "en-GB", viewport: { width: 1440, height: 900 } });
  const phone = await phoneContext.newPage();
  const desk = await deskContext.newPage();
  await signIn(phone, "/login", "emma.clarke@example.com", DEMO_CUSTOMER_PASSWORD);
  await signIn(desk, "/staff/login", "support@example.com", DEMO_STAFF_PASSWORD);
  await desk.goto("/staff/desk?view=unassigned");
  await hydrated(desk);

  await phone.goto("/portal/help");
  await phone.getByRole("link", { name: "File a complaint" }).click();
  await phone.locator('main a[href*="/portal/help/new/"]').first().click();
  await phone.getByLabel("It is damaged").check();
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.getByLabel("What happened").fill("The handle came off at the first wash.");
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.locator('input[type="file"]').setInputFiles(photo);
  await expect(phone.getByRole("img", { name: "mug.jpg" })).toBeVisible();
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.getByLabel("Replacement").check();
  await phone.getByRole("button", { name: "Next" }).click();
  await expect(phone.getByText("The handle came off at the first wash.")).toBeVisible();
  await phone.getByRole("button", { name: "Send the complaint" }).click();
  await expect(phone.getByText(/We have your complaint C-\d+/)).toBeVisible();
  await hydrated(phone);

  // The open desk shows it by itself.
  const row = desk.getByRole("link", { name: "Emma Clarke" }).first();
  await expect(row).toBeVisible(TWO_SECONDS);
  await row.click();
  await expect(desk.getByText("The handle came off at the first wash.")).toBeVisible();

  // Single keys write nothing into fields, and act outside of them: N opens the note.
  await desk.keyboard.press("n");
  const note = desk.getByRole("textbox", { name: /The customer never sees it/ });
  await expect(note).toBeFocused();
  await note.fill("A batch fault, I think.");
  await desk.getByRole("button", { name: "Save the note" }).click();
  await expect(desk.getByText("A batch fault, I think.")).toBeVisible();

  await desk.getByRole("link", { name: "Reply" }).click();
  await desk.getByLabel("Reply to Emma Clarke").fill("Which side broke?");
  await desk.getByLabel("We need an answer to go on").check();
  await desk.getByRole("button", { name: "Send to Emma Clarke" }).click();
  await expect(phone.getByText("Which side broke?")).toBeVisible(TWO_SECONDS);
  await expect(phone.getByText("We asked you something")).toBeVisible();
  expect(await phone.content()).not.toContain("A batch fault");

  await phone.getByLabel("Your message").fill("The left one.");
  await phone.getByRole("button", { name: "Send", exact: true }).click();
  await expect(desk.getByText("The left one.")).toBeVisible(TWO_SECONDS);

  await desk.getByRole("link", { name: "Decide" }).click();
  await desk.getByLabel("Accepted", { exact: true }).check();
  await desk.getByLabel("What we grant").selectOption("replacement");
  await desk.getByLabel("Answer with reasons").fill("A new one is being made.");
  await desk.getByRole("button", { name: /Send the decision/ }).click();
  await expect(phone.getByText("We accept your complaint").first()).toBeVisible(TWO_SECONDS);
  await expect(phone.getByText("A new one is being made.")).toBeVisible();

  await desk.getByRole("button", { name: "Close", exact: true }).click();
  await expect(phone.getByText("This is closed")).toBeVisible(TWO_SECONDS);
  await phoneContext.close();
  await deskContext.close();
});
