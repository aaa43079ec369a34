/** A send as the marketer sees it: followed, slowed, paused, resumed, cancelled, tried again; and as its reader leaves it. */
import { spawnSync } from "node:child_process";

import type { Page } from "@playwright/test";
import BetterSqlite from "better-sqlite3";

import { DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";
import { expect, type Site } from "../support/browser";
import { test } from "../support/mailed";

/** A draft to everybody in the demo's first segment, made by the shell. @returns its id */
function draft(site: Site, name: string): string {
  const db = new BetterSqlite(site.databaseFile, { readonly: true });
  const one = (table: string) => (db.prepare(`SELECT name FROM ${table} ORDER BY id LIMIT 1`).get() as { name: string }).name;
  const [segment, mailing] = [one("segments"), one("mailings")];
  db.close();
  return rapport(site, "create", "--name", name, "--segment", segment, "--mailing", mailing, "--topic", "offers");
}

function rapport(site: Site, ...args: string[]): string {
  const env = { ...process.env, NODE_ENV: "production" as const, DATABASE_FILE: site.databaseFile, SECRET_KEY: "browser-test-browser-test-browser-test", LOG_LEVEL: "error" };
  const run = spawnSync(process.execPath, ["build/server/cli.js", "campaign", ...args], { env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/staff/login");
  await page.locator('main input[name="email"]').fill("marketing@example.com");
  await page.locator('main input[name="password"]').fill(DEMO_STAFF_PASSWORD);
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL("/staff");
}

const figure = async (page: Page, name: string) => Number((await page.locator(`[data-figure="${name}"]`).innerText()).replaceAll(/\D/g, ""));

test("a send moves on its page without being loaded anew; pause, resume and cancel take effect at once", async ({ page, site, sink }) => {
  test.setTimeout(180_000);
  await signIn(page);
  const id = draft(site, "Slowly");
  await page.goto(`/staff/campaigns/${id}/speed`);
  await page.getByLabel("Mails a second").fill("0");
  await page.getByRole("button", { name: "Save speed" }).click();
  await expect(page.getByText("This is too small.")).toBeVisible();
  await page.getByLabel("Mails a second").fill("12");
  await page.getByRole("button", { name: "Save speed" }).click();
  await expect(page.getByText(/At these limits the last mail leaves about .* after the first/)).toBeVisible();

  const takenBefore = sink.taken.length;
  rapport(site, "launch", id, "--no-send");
  await page.goto(`/staff/campaigns/${id}`);
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  await expect.poll(() => figure(page, "sent"), { timeout: 60_000 }).toBeGreaterThan(10);
  const first = await figure(page, "sent");
  await expect.poll(() => figure(page, "sent"), { timeout: 30_000 }).toBeGreaterThan(first + 10);
  await expect(page.getByText("Held by this campaign’s limit of 12 a second.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/a second/).first()).toBeVisible();

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText(/^The campaign is paused\./)).toBeVisible();
  await page.waitForTimeout(500);
  const taken = sink.taken.length;
  await page.waitForTimeout(2000);
  expect(sink.taken.length).toBe(taken);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => sink.taken.length, { timeout: 30_000 }).toBeGreaterThan(taken + 10);

  await page.getByRole("button", { name: "Cancel campaign" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel campaign" }).click();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible({ timeout: 30_000 });
  // The page has been loaded again by then, since it follows the campaign: what was said stays to be read.
  await page.waitForTimeout(1500);
  await expect(page.getByText(/^The campaign is cancelled\./)).toBeVisible();
  expect(await page.evaluate(() => "sameDocument" in globalThis)).toBe(true);
  await page.goto(`/staff/campaigns/${id}/recipients?who=sent`);
  const sent = Number(/\d+/.exec((await page.getByRole("link", { name: /^Sent \d/ }).innerText()).replaceAll(",", ""))?.[0]);
  expect(sent).toBe(sink.taken.length - takenBefore);

  await page.locator("main table a[href^='/staff/outbox/']").first().click();
  const story = page.getByRole("list", { name: "What happened, in order" });
  await expect(story.getByRole("listitem")).toHaveText([/Put in the outbox/, /Handed over to the mail server/, /The server took it.*250 2\.0\.0 ok queued as/s]);
});

test("what was refused for a while is tried again by a counted button", async ({ page, site, sink }) => {
  test.setTimeout(180_000);
  await signIn(page);
  const id = draft(site, "Blocked");
  sink.fault = ({ stage, to }) => (stage === "rcpt" && to.startsWith("a") ? { reply: "554 5.7.1 blocked for now" } : undefined);
  rapport(site, "launch", id, "--no-send");
  await page.goto(`/staff/campaigns/${id}`);
  const again = page.getByText(/mails were refused for reasons that may have passed/);
  await expect(page.getByText("Finished", { exact: true })).toBeVisible({ timeout: 90_000 });
  await expect(again).toBeVisible();
  const count = Number(/\d+/.exec(await again.innerText())?.[0]);
  expect(count).toBeGreaterThan(0);
  sink.fault = () => undefined;
  const before = sink.taken.length;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: `Try ${count} mails again` }).click();
  await expect(page.getByText(`${count} mails wait to leave again.`)).toBeVisible();
  await expect(again).toBeHidden({ timeout: 60_000 });
  await expect.poll(() => sink.taken.length - before, { timeout: 60_000 }).toBe(count);
});

test("a reader leaves by the link, in Polish, chooses anew, and leaves by one click", async ({ browser, site, sink, request }) => {
  const page = await browser.newPage({ locale: "pl-PL", baseURL: site.url });
  const db = new BetterSqlite(site.databaseFile, { readonly: true });
  const polish = new Set(db.prepare("SELECT c.value FROM contact_points c JOIN parties p ON p.id = c.party_id AND p.locale = 'pl' WHERE c.kind = 'email'").all().map((row) => (row as { value: string }).value));
  const mails = sink.taken.filter((mail) => polish.has(mail.to[0] ?? "") && /^List-Unsubscribe:/im.test(mail.raw));
  expect(mails.length).toBeGreaterThan(1);
  const [first, second] = mails.map((mail) => new URL(/^List-Unsubscribe:\s*<([^>]+)>/im.exec(mail.raw)![1]!.replaceAll(/\s/g, "")).pathname) as [string, string];
  const state = (address: string) =>
    (db.prepare("SELECT s.state FROM consent_states s JOIN contact_points c ON c.party_id = s.party_id AND c.kind = 'email' JOIN topics t ON t.id = s.topic_id AND t.key = 'offers' WHERE c.value = ? AND s.channel = 'email'").get(address) as { state: string }).state;

  await page.goto(first);
  expect(await page.locator("html").getAttribute("lang")).toBe("pl");
  expect(state(mails[0]!.to[0]!)).toBe("granted");
  await page.locator("main form button[type=submit]").first().click();
  await expect.poll(() => state(mails[0]!.to[0]!)).toBe("withdrawn");

  await page.goto(first.replace("/u/", "/p/"));
  const box = page.getByRole("checkbox").first();
  await box.setChecked(!(await box.isChecked()));
  await page.locator("main form button[type=submit]").first().click();
  await expect(page.locator("main").getByText(/zapisa/i).first()).toBeVisible();

  // RFC 8058: what a mail program sends when somebody presses its own button. No cookies, any number of times.
  for (let n = 0; n < 2; n++)
    expect((await request.post(second, { form: { "List-Unsubscribe": "One-Click" }, headers: { Origin: "" } })).status()).toBe(200);
  expect(state(mails[1]!.to[0]!)).toBe("withdrawn");
  db.close();
  await page.close();
});
