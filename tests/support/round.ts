/**
 * One whole round of the product, as its three people live it: a marketer mails a segment, a customer reads, orders,
 * personalises and complains, support answers, and the marketer reads what came of it.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";
import PostalMime from "postal-mime";
import sharp from "sharp";

import { expect, type Site } from "./browser";
import type { SmtpSink } from "./smtp-sink";

/** A browser that no scanner's name stands in: opens and clicks count as a person's. */
const A_PERSONS_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export type RoundPeople = {
  marketer: { email: string; password: string };
  support: { email: string; password: string };
  customer: { email: string; name: string; country: string };
  topic: string;
  /** What is personalised, by the name in the portal. */
  product: string;
};

export async function playRound(browser: Browser, site: Site, sink: SmtpSink, people: RoundPeople): Promise<void> {
  const open = async (width: number, height: number) => {
    const context = await browser.newContext({ baseURL: site.url, locale: "en-GB", userAgent: A_PERSONS_BROWSER, viewport: { width, height } });
    await context.addCookies([{ name: "lang", value: "en", url: site.url }]);
    return context.newPage();
  };
  const marketer = await open(1440, 900);
  await signIn(marketer, "/staff/login", people.marketer);

  // ── the marketer picks people, writes to them, and launches
  await marketer.goto("/staff/segments/new");
  await marketer.getByLabel("Name", { exact: true }).fill("People of one country");
  await marketer.getByLabel("What to ask about").first().selectOption({ label: "Country" });
  await marketer.getByRole("button", { name: "Add a rule" }).first().click();
  await marketer.getByRole("group", { name: "Rule 1: Country" }).locator("summary").click();
  await marketer.getByRole("checkbox", { name: people.customer.country, exact: true }).check();
  await marketer.getByRole("button", { name: "Save segment" }).click();
  await expect(marketer.getByRole("heading", { level: 1, name: "People of one country" })).toBeVisible();

  await marketer.goto("/staff/mailings/new");
  await marketer.getByLabel("Name", { exact: true }).fill("Round mailing");
  await marketer.getByRole("button", { name: "Create mailing" }).click();
  await marketer.waitForURL(/\/staff\/mailings\/(?!new)/);

  await marketer.goto("/staff/campaigns/new");
  await marketer.getByLabel("Name", { exact: true }).fill("Round campaign");
  await marketer.getByRole("button", { name: "Go on" }).click();
  await marketer.waitForURL(/\/staff\/campaigns\/(?!new)/);
  // Chosen faster than the server answers: nothing chosen is lost.
  await marketer.getByLabel("Segment").selectOption({ label: "People of one country" });
  await marketer.getByLabel("Topic").selectOption({ label: people.topic });
  await marketer.getByLabel("Mailing", { exact: true }).selectOption({ label: "Round mailing" });
  await expect(marketer.getByText(/customers? gets? it\./)).toBeVisible();
  for (let waiver = marketer.getByRole("button", { name: "Let pass" }); (await waiver.count()) > 0; ) {
    const left = await waiver.count();
    await marketer.getByPlaceholder("Why is this all right?").first().fill("Seen, and meant so.");
    await waiver.first().click();
    await expect(waiver).toHaveCount(left - 1);
  }
  const campaign = marketer.url();
  await marketer.getByRole("button", { name: "Launch", exact: true }).click();
  await marketer.getByRole("button", { name: /^Send [\d,]+ mails?$/ }).click();
  await expect.poll(() => sink.taken.some((mail) => mail.to.includes(people.customer.email)), { timeout: 60_000 }).toBe(true);

  // ── the customer reads the mail and follows a link
  const phone = await open(390, 844);
  const taken = sink.taken.find((mail) => mail.to.includes(people.customer.email));
  const mail = await PostalMime.parse(taken?.raw ?? "");
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  expect(header("list-unsubscribe")).toContain(`${site.url}/u/`);
  expect(mail.text).toBeTruthy();
  const html = (mail.html ?? "").replaceAll("&amp;", "&");
  const pixel = /https?:\/\/[^"' ]+\/o\/[^"' ]+/.exec(html)?.[0] ?? "";
  const link = /https?:\/\/[^"' ]+\/c\/[^"' ]+/.exec(html)?.[0] ?? "";
  // What comes within two seconds of the handover is taken for a scanner's.
  await phone.waitForTimeout(Math.max(0, 2500 - (Date.now() - (taken?.at ?? 0))));
  expect((await phone.request.get(pixel)).headers()["content-type"]).toBe("image/gif");
  const click = await phone.request.get(link, { maxRedirects: 0 });
  expect(click.status()).toBe(302);

  // ── and signs in with the code from a mail
  await phone.goto("/login/code");
  await phone.locator('main input[name="email"]').fill(people.customer.email);
  await phone.getByRole("button", { name: "Mail me a link and a code" }).click();
  const loginMail = async () => {
    const candidates = sink.taken.filter((one) => one.to.includes(people.customer.email) && one !== taken);
    for (const one of candidates) {
      const code = /\b(\d{3} ?\d{3})\b/.exec((await PostalMime.parse(one.raw)).text ?? "")?.[1];
      if (code) return code.replace(" ", "");
    }
    return null;
  };
  await expect.poll(loginMail, { timeout: 30_000 }).not.toBeNull();
  await phone.getByLabel("Six-digit code").fill((await loginMail()) ?? "");
  await phone.getByRole("button", { name: "Sign in with the code" }).click();
  await phone.waitForURL(/\/portal/);

  // ── looks at an order
  await phone.getByRole("link", { name: "Orders", exact: true }).first().click();
  await phone.locator('main a[href^="/portal/orders/"]').first().click();
  await expect(phone.getByRole("heading", { level: 1 })).toContainText("Order");

  // ── personalises a product and orders it
  await phone.getByRole("link", { name: "Designs", exact: true }).first().click();
  // The order that was looked at leads to its products too.
  await phone.waitForURL(/\/portal\/designs$/);
  await phone.getByRole("link", { name: people.product }).first().click();
  await phone.locator('main input[type="text"][maxlength]').first().fill("Ana");
  await phone.getByRole("button", { name: "Save and order" }).click();
  await phone.waitForURL(/\/portal\/orders\/new/);
  await phone.getByLabel("Street and number").fill("Lipowa 7");
  await phone.getByLabel("Postcode").fill("00-123");
  await phone.getByLabel("Town").fill("Warszawa");
  await phone.getByLabel("Country").selectOption("PL");
  await phone.getByRole("button", { name: "Order with obligation to pay" }).click();
  await expect(phone.getByText("Thank you, your order is in")).toBeVisible();

  // ── and complains about a line of the first one
  const photo = join(site.folder, "proof.png");
  writeFileSync(photo, await sharp({ create: { width: 320, height: 240, channels: 3, background: "#c63" } }).png().toBuffer());
  await phone.goto("/portal/help");
  await phone.getByRole("link", { name: "File a complaint" }).click();
  await phone.locator('main a[href*="/portal/help/new/"]').last().click();
  await phone.getByLabel("It is damaged").check();
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.getByLabel("What happened").fill("It came with a crack.");
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.locator('input[type="file"]').setInputFiles(photo);
  await expect(phone.getByRole("img", { name: /proof/ })).toBeVisible();
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.getByLabel("Replacement").check();
  await phone.getByRole("button", { name: "Next" }).click();
  await phone.getByRole("button", { name: "Send the complaint" }).click();
  await expect(phone.getByText(/We have your complaint C-\d+/)).toBeVisible();
  const number = /C-\d+/.exec(await phone.locator("main").innerText())?.[0] ?? "";

  // ── support answers; the customer reads it in the open page, and by mail
  const desk = await open(1440, 900);
  await signIn(desk, "/staff/login", people.support);
  await desk.goto("/staff/desk?view=unassigned");
  await desk.getByRole("link", { name: people.customer.name }).first().click();
  await expect(desk.getByText("It came with a crack.")).toBeVisible();
  await desk.getByRole("link", { name: "Reply", exact: true }).click();
  await desk.getByLabel(`Reply to ${people.customer.name}`).fill("We are sorry. A new one is being made.");
  await desk.getByRole("button", { name: `Send to ${people.customer.name}` }).click();
  await expect(phone.getByText("We are sorry. A new one is being made.")).toBeVisible();
  const aboutIt = async () =>
    (await Promise.all(sink.taken.filter((one) => one.to.includes(people.customer.email)).map((one) => PostalMime.parse(one.raw)))).filter((one) => one.text?.includes(number)).length;
  await expect.poll(aboutIt, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);

  // ── the marketer reads what came of it
  await marketer.goto(campaign);
  await expect(async () => {
    await marketer.reload();
    for (const name of ["Sent", "Opened", "Clicked", "Ordered"]) await expect(marketer.getByText(name, { exact: true }).first()).toBeVisible();
    expect(await figureOf(marketer, "Opened")).toBeGreaterThanOrEqual(1);
    expect(await figureOf(marketer, "Clicked")).toBeGreaterThanOrEqual(1);
    expect(await figureOf(marketer, "Ordered")).toBe(1);
  }).toPass({ timeout: 30_000 });

  for (const page of [marketer, phone, desk]) await page.context().close();
}

/** The number beside a name in the report. */
async function figureOf(page: Page, name: string): Promise<number> {
  const text = await page.locator("main").getByText(name, { exact: true }).first().locator("xpath=ancestor::*[self::div or self::li or self::dl][1]").innerText();
  return Number(/\d[\d,]*/.exec(text.replace(name, ""))?.[0]?.replaceAll(",", ""));
}

async function signIn(page: Page, path: string, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto(path);
  await page.locator('main input[name="email"]').fill(email);
  await page.locator('main input[name="password"]').fill(password);
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}
