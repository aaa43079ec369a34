/**
 * What must work before a page's scripts have loaded, with scripts switched off altogether: sign-in, search, an order, a
 * complaint, preferences, a reply, and the launch of a campaign.
 */
import type { Page } from "@playwright/test";

import { DEMO_CUSTOMER_PASSWORD, DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";
import { expect, test } from "../support/browser";

test.use({ javaScriptEnabled: false });

async function signIn(page: Page, path: string, email: string, password: string): Promise<void> {
  await page.goto(path);
  await page.locator('main input[name="email"]').fill(email);
  await page.locator('main input[name="password"]').fill(password);
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}

test("a customer signs in, looks at an order, complains and chooses what to get", async ({ page }) => {
  await signIn(page, "/login", "emma.clarke@example.com", DEMO_CUSTOMER_PASSWORD);
  await page.getByRole("link", { name: "Orders", exact: true }).first().click();
  await page.locator('main a[href^="/portal/orders/"]').first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Order");

  await page.goto("/portal/help");
  await page.getByRole("link", { name: "File a complaint" }).click();
  await page.locator('main a[href*="/portal/help/new/"]').last().click();
  await page.getByLabel("It is damaged").check();
  await page.getByRole("button", { name: "Next" }).click();
  // Nothing written: the field says so, and the question stays.
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText("Please fill this in.").first()).toBeVisible();
  await page.getByLabel("What happened").fill("The lid is broken.");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: /^(Next|Go on without photos)$/ }).first().click();
  await page.getByLabel("Replacement").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Send the complaint" }).click();
  await expect(page.getByText(/We have your complaint C-\d+/)).toBeVisible();

  await page.goto("/portal/preferences");
  const box = page.getByRole("checkbox", { name: /e-mail/i }).first();
  const before = await box.isChecked();
  await box.setChecked(!before);
  await page.locator('main button[type="submit"]').first().click();
  await page.goto("/portal/preferences");
  expect(await page.getByRole("checkbox", { name: /e-mail/i }).first().isChecked()).toBe(!before);
});

test("a customer personalises a mug and orders it", async ({ page }) => {
  await signIn(page, "/login", "emma.clarke@example.com", DEMO_CUSTOMER_PASSWORD);
  await page.goto("/portal/designs");
  await page.getByRole("link", { name: "Ceramic mug" }).click();
  await page.getByLabel(/^Your text/).fill("Emma");
  // Black under dark print: said on the page that comes back, with what was chosen kept.
  await page.getByRole("radio", { name: /^Black/ }).check({ force: true });
  await page.getByRole("button", { name: "Save and order" }).click();
  const conflict = page.getByRole("alert").filter({ hasText: "Dark print cannot be seen on a dark ground." });
  await expect(conflict).toBeVisible();
  await expect(page.getByLabel(/^Your text/)).toHaveValue("Emma");
  await conflict.getByRole("button").first().click();
  await expect(conflict).toHaveCount(0);
  await page.getByRole("button", { name: "Save and order" }).click();
  await page.getByLabel("Street and number").fill("12 Linden Road");
  await page.getByLabel("Postcode").fill("BS1 1AA");
  await page.getByLabel("Town").fill("Bristol");
  await page.getByLabel("Country").selectOption("GB");
  await page.getByRole("button", { name: "Order with obligation to pay" }).click();
  await expect(page.getByText("Thank you, your order is in")).toBeVisible();
});

test("staff sign in, search without diacritics, and reply", async ({ page }) => {
  await signIn(page, "/staff/login", "support@example.com", DEMO_STAFF_PASSWORD);
  await page.goto("/staff/customers");
  await page.getByRole("searchbox").or(page.locator('main input[name="q"]')).first().fill("djordje");
  await page.getByRole("button", { name: "Search" }).last().click();
  await expect(page.locator("main").getByRole("link", { name: "Ђорђе Марковић" })).toBeVisible();

  await page.goto("/staff/desk?view=unassigned");
  await page.locator('main a[href^="/staff/desk/"]').first().click();
  await page.getByRole("link", { name: "Reply", exact: true }).click();
  await page.getByLabel(/^Reply to/).fill("We look at it today.");
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page.getByText("We look at it today.")).toBeVisible();
});

test("a marketer launches a campaign", async ({ page }) => {
  await signIn(page, "/staff/login", "marketing@example.com", DEMO_STAFF_PASSWORD);
  await page.goto("/staff/campaigns/new");
  await page.getByLabel("Name", { exact: true }).fill("Without scripts");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByLabel("Segment").selectOption({ index: 1 });
  await page.getByLabel("Topic").selectOption({ index: 1 });
  await page.getByLabel("Mailing", { exact: true }).selectOption({ index: 1 });
  await page.getByRole("button", { name: "Save choice" }).first().click();
  for (let waiver = page.getByRole("button", { name: "Let pass" }); (await waiver.count()) > 0; ) {
    await page.getByPlaceholder("Why is this all right?").first().fill("Seen, and meant so.");
    await waiver.first().click();
  }
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await page.getByRole("button", { name: /^Send [\d,]+ mails?$/ }).click();
  await expect(page.getByText(/Getting ready|Sending|Finished/).first()).toBeVisible();
});
