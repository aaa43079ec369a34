import AxeBuilder from "@axe-core/playwright";

import { expect, test } from "../support/browser";

test.use({ viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true });

test("a customer personalises a mug on a phone, mends a conflict with one click, and orders it", async ({ page }) => {
  await page.goto("/login?back=%2Fportal%2Fdesigns");
  await page.getByLabel("E-mail").first().fill("emma.clarke@example.com");
  await page.getByLabel("Password", { exact: true }).fill("linden leaf");
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await page.waitForURL(/\/portal\/designs/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("link", { name: "Ceramic mug" }).click();

  const picture = page.getByRole("img", { name: /^Ceramic mug/ });
  const total = page.getByRole("status").filter({ hasText: "Price" });
  await expect(total).toContainText("€12.90");
  await page.getByLabel(/^Your text/).fill("Emma");
  await expect(picture).toHaveAccessibleName(/Your text: Emma/);
  await expect(picture.locator("text")).toHaveText("Emma");
  await page.locator("label").filter({ hasText: /^Black/ }).click();
  await expect(page.getByRole("radio", { name: /^Black/ })).toBeChecked();
  const conflict = page.getByRole("alert").filter({ hasText: "Dark print cannot be seen on a dark ground." });
  await expect(conflict).toBeVisible();
  await conflict.getByRole("button").first().click();
  await expect(conflict).toHaveCount(0);
  await expect(picture).toHaveAccessibleName(/Colour: Black/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.getByLabel("Name of the design").fill("Emma's mug");
  await page.getByRole("button", { name: "Save and order" }).click();
  await expect(page.getByRole("heading", { name: "Check and order" })).toBeVisible();
  await page.getByLabel("Street and number").fill("12 Linden Road");
  await page.getByLabel("Postcode").fill("BS1 1AA");
  await page.getByLabel("Town").fill("Bristol");
  await page.getByLabel("Country").selectOption("GB");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Order with obligation to pay" }).click();
  await expect(page.getByText("Thank you, your order is in")).toBeVisible();
  await expect(page.getByRole("list", { name: "Where it is" }).getByText("Order received")).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
