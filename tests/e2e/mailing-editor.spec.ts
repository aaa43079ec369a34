/**
 * The mailing editor: what is typed is saved by itself and stands in the preview, in a frame that runs nothing; of two
 * people in one mailing the second is shown both versions.
 */
import type { Page } from "@playwright/test";

import { expect, test } from "../support/browser";
import { signInThere } from "../support/pages";

test.setTimeout(120_000);
test.beforeEach(async ({ page, site }) => signInThere(page.request, site.url, "marketer"));

/** What the frame shows: the answer that it was given, since nothing can be asked of the frame itself. */
async function shown(page: Page): Promise<string> {
  const frame = page.locator('iframe[title="The mail as it looks"]:not([aria-hidden])');
  await expect(frame).toHaveAttribute("sandbox", "");
  const answer = await page.request.get((await frame.getAttribute("src")) ?? "");
  expect(answer.headers()["content-security-policy"]).toContain("sandbox");
  return answer.text();
}

test("a mailing is made from its picture, typed into, and seen at once, narrow, dark and as text", async ({ page }) => {
  await page.goto("/staff/mailings/new");
  await page.getByLabel("Name", { exact: true }).fill("Editor test");
  await page.getByText("Win back", { exact: true }).click();
  await page.getByLabel("First language").selectOption("en");
  await page.getByRole("button", { name: "Create mailing" }).click();
  await expect(page.getByRole("heading", { name: "Editor test" })).toBeVisible();
  expect(await shown(page)).toContain("It has been a while, Anna");

  await page.getByLabel("Heading", { exact: true }).fill('Nice to see you, {{ customer.first_name | default: "friend" }} <script>');
  await expect.poll(() => shown(page), { timeout: 20_000 }).toContain("Nice to see you, Anna &lt;script&gt;");
  await expect(page.getByText(/^Saved · /)).toBeVisible();

  // A merge tag goes where the cursor was last.
  await page.getByLabel("Signature").fill("Yours ");
  await page.getByText("Merge tags", { exact: true }).click();
  await page.getByRole("button", { name: "Insert City" }).click();
  await expect(page.getByLabel("Signature")).toHaveValue('Yours {{ customer.city | default: "friend" }}');
  await expect.poll(() => shown(page), { timeout: 20_000 }).toContain("Yours Kraków");

  await page.getByRole("link", { name: "Plain text" }).click();
  await expect.poll(() => shown(page)).toContain("Nice to see you, Anna <script>");
  await page.getByRole("link", { name: "Phone" }).click();
  await page.getByRole("link", { name: "Dark" }).click();
  await expect.poll(() => shown(page)).toContain("@media all");
  await page.reload();
  await expect(page.getByLabel("Signature")).toHaveValue('Yours {{ customer.city | default: "friend" }}');
});

test("of two people in one mailing the second is shown both versions and loses nothing", async ({ page, context }) => {
  await page.goto("/staff/mailings/new");
  await page.getByLabel("Name", { exact: true }).fill("Two people");
  await page.getByLabel("First language").selectOption("en");
  await page.getByRole("button", { name: "Create mailing" }).click();
  await expect(page.getByRole("heading", { name: "Two people" })).toBeVisible();
  const other = await context.newPage();
  await signInThere(other.request, new URL(page.url()).origin, "marketer");
  await other.goto(page.url());
  await other.getByLabel("Subject", { exact: true }).fill("Theirs");
  await expect(other.getByText(/^Saved · /)).toBeVisible({ timeout: 20_000 });

  await page.getByLabel("Subject", { exact: true }).fill("Mine");
  const notice = page.getByText("Somebody else saved this mailing in the meantime.").first();
  await expect(notice).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("cell", { name: "Theirs" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "Mine" })).toBeVisible();
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect(notice).toBeHidden({ timeout: 20_000 });
  await expect(page.getByLabel("Subject", { exact: true })).toHaveValue("Mine");
});
