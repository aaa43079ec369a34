/** Somebody asks for news on the shop's form, finds the mail, confirms, and staff can prove it: in English, and in Polish on a phone. */
import PostalMime from "postal-mime";

import { DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";
import { expect } from "../support/browser";
import { test } from "../support/mailed";

const READERS = [
  { locale: "en-GB", width: 1280, email: "mia.hart@example.com", look: "Look into your mailbox", button: "Yes, write to me", thanks: "Thank you", wording: /writes to me by e-mail/ },
  { locale: "pl-PL", width: 390, email: "mila.wilk@example.com", look: "Zajrzyj do skrzynki", button: "Tak, piszcie do mnie", thanks: "Dziękujemy", wording: /pisała do mnie e-mailem/ },
] as const;

for (const { locale, width, email, look, button, thanks, wording } of READERS)
  test(`asked for, confirmed from the mailbox, and proven, ${locale}`, async ({ browser, site, sink }) => {
    const context = await browser.newContext({ locale, baseURL: site.url, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto("/sign-up");
    await page.locator('main input[name="email"]').fill("mia@");
    await page.locator('main button[type="submit"]').click();
    await expect(page.locator('main input[name="email"]')).toHaveValue("mia@");
    await page.locator('main input[name="email"]').fill(email);
    await page.locator('main input[name="topic"]').first().check();
    await page.locator('main button[type="submit"]').click();
    await expect(page.getByText(look)).toBeVisible();

    const mailed = () => sink.taken.find((mail) => mail.to[0] === email);
    await expect.poll(mailed, { timeout: 30_000 }).toBeTruthy();
    const { text } = await PostalMime.parse(mailed()!.raw);
    await page.goto(new URL(/https?:\S+\/sign-up\/confirm\/[\w-]+/.exec(text ?? "")![0]).pathname);
    // A link that was only opened makes nobody a customer.
    await page.reload();
    await page.getByRole("button", { name: button }).click();
    await expect(page.getByRole("heading", { name: thanks })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

    const staff = await browser.newPage({ baseURL: site.url });
    await staff.goto("/staff/login");
    await staff.locator('main input[name="email"]').fill("support@example.com");
    await staff.locator('main input[name="password"]').fill(DEMO_STAFF_PASSWORD);
    await staff.locator('main button[type="submit"]').first().click();
    await staff.waitForURL("/staff");
    await staff.goto(`/staff/customers?q=${email}`);
    await staff.locator("main table a").first().click();
    await staff.waitForURL(/\/staff\/customers\/[\w-]{36}/);
    await staff.goto(`${new URL(staff.url()).pathname}/consents`);
    await expect(staff.getByText(wording).first()).toBeVisible();
    await expect(staff.getByText("confirmed by the mailed link").first()).toBeVisible();
    await staff.close();
    await context.close();
  });
