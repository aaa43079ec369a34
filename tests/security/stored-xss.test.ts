/**
 * Two hundred payloads (tests/support/payloads.ts), stored in every way that outsiders have: complaints and answers,
 * names from an imported file, the file's name and its headers, what mail servers say of a bounce, user agents, designs.
 * Then everything that shows them is looked at in Chromium: all pages, previews and mails are read by its parser, the
 * mails are run in a page without any policy, and the pages are opened as their readers do. None runs, none becomes an
 * element, and the policy never has to step in.
 *
 * Mutants: xss-… in tests/mutants.mjs.
 */
import { existsSync } from "node:fs";

import { eq } from "drizzle-orm";
import { chromium, type Browser, type Page } from "playwright";
import { v7 } from "uuid";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ACCESS } from "../../app/access";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { findMergeValues } from "../../app/domain/campaigns/audience.server";
import { addNote, customerReply, replyToCase } from "../../app/domain/cases/messages.server";
import { cases } from "../../app/domain/cases/schema";
import { parties } from "../../app/domain/customers/schema";
import { composeParcel } from "../../app/domain/deliveries/compose.server";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { setStream } from "../../app/domain/deliveries/deliveries.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { recordProviderEvents } from "../../app/domain/deliveries/provider-events.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { linkToken } from "../../app/domain/deliveries/token.server";
import { importDue } from "../../app/domain/imports/import-worker.server";
import { writeMessage } from "../../app/mail/message.server";
import { compileMailing, freezeRevision, getMailing, saveMailingContent } from "../../app/domain/mailings/mailings.server";
import { mailWords } from "../../app/i18n/mail.server";
import { testApp, type TestApp } from "../support/app";
import { aCampaign, aConsent, aMailing, at, aTopic } from "../support/factories";
import { PAYLOADS, RUN } from "../support/payloads";
import { allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";
import { enqueueRows } from "../support/outbox";

const chromiumPath = "/usr/bin/chromium";
const HALVES = [PAYLOADS.slice(0, 100), PAYLOADS.slice(100)].map((half) => half.join("\n"));
/** The parser of uploads takes neither `=` nor `;` in a name: an element of its own is seen all the same. */
const FILE = `"><img data-x src onerror>.csv`;

let app: TestApp;
let browser: Browser;
let things: Things;
let admin = "";
let importPath = "";
let mailingId = "";
let campaignId = "";
/** Of each of the imported customers: their page, and the mail that they got. */
let people: Person[] = [];
type Person = { party: string; mail: string; token: string; payload: string };

beforeAll(async () => {
  if (!existsSync(chromiumPath)) return;
  app = await testApp();
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "admin@example.com", name: `<img data-x src=x onerror=${RUN}>`, role: "administrator", locale: "en" }));
  admin = await signIn(app, "admin@example.com");
  await aCaseWithAllOfThem();
  await importedNames();
  await bouncedMails();
  browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

async function aCaseWithAllOfThem(): Promise<void> {
  things = await aCustomerWithEverything(app, "mallory", await aProduct(app), {
    givenName: `"'><img data-x src=x onerror=${RUN}>`,
    familyName: `</script><script data-x>${RUN}</script>`,
    description: HALVES[0] as string,
    design: `<svg data-x onload=${RUN}>`,
    photo: `"><img data-x src=x onerror=${RUN}>.png`,
  });
  const [row] = await app.db.read.select({ id: cases.id, partyId: cases.partyId }).from(cases);
  const { id: caseId, partyId } = row!;
  const [staff] = await app.db.read.raw<{ id: number }>("SELECT id FROM staff_users");
  const by = { actor: { kind: "staff", id: staff!.id, role: "administrator", name: "Admin", locale: "en" }, now: Date.now() } as const;
  await app.db.write(async (tx) => {
    await customerReply(tx, at(Date.now()), { partyId, caseId, message: HALVES[1] as string, submissionKey: v7() });
    for (const message of HALVES) {
      await replyToCase(tx, by, { caseId, message, submissionKey: v7() });
      await addNote(tx, by, { caseId, message, submissionKey: v7() });
    }
  });
}

/** A file that somebody else wrote: its name, its headers, each name in it, and rows that are refused. */
async function importedNames(): Promise<void> {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const headers = ["number", "email", "first name", "last name", ...PAYLOADS.slice(0, 40)];
  const rows = PAYLOADS.map((payload, i) => [`N${i}`, i % 10 === 9 ? payload : `p${i}@example.com`, payload, `Of ${payload}`, payload]);
  const csv = [headers, ...rows, ...PAYLOADS.map((payload, i) => [`M${i}`, `q${i}@example.com`, payload, payload])].map((row) => row.map(quoted).join(",")).join("\n");
  const form = new FormData();
  form.set("type", "customers");
  form.set("preset", "");
  form.set("file", new Blob([csv], { type: "text/csv" }), FILE);
  const answer = await app.request("/staff/imports/new", { method: "POST", body: form, cookie: admin });
  if (answer.status !== 303) throw new Error(`${answer.status} ${(await answer.text()).replace(/<[^>]+>/g, " ").slice(0, 1500)}`);
  importPath = answer.headers.get("Location") ?? "";
  // Looked at before it is run too, in the test below: the run of a second file stays unstarted.
  const again = await app.request("/staff/imports/new", { method: "POST", body: form, cookie: admin });
  const run = { "map.number": "number", "map.email": "email", "map.givenName": "first name", "map.familyName": "last name" };
  const options = { encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Europe/Warsaw", currency: "EUR", locale: "en" };
  expect((await app.request(again.headers.get("Location") ?? "", { cookie: admin, form: { ...run, ...options, intent: "start" } })).status).toBe(303);
  while (await importDue({ db: app.db, clock: Date.now, env: app.env }));
  importsDone = again.headers.get("Location") ?? "";
}
let importsDone = "";

/** Each of the imported gets one mail of a campaign; the mail server refuses it in words of its own. */
async function bouncedMails(): Promise<void> {
  const now = Date.now();
  const by = at(now);
  const imported = await app.db.read.select({ id: parties.id, publicId: parties.publicId, name: parties.name, number: parties.number }).from(parties).where(eq(parties.source, "import"));
  const made = await app.db.write(async (tx) => {
    const topicId = await aTopic(tx, by);
    const { mailingId: id, publicId } = await aMailing(tx, by);
    const { version, contents } = await getMailing(tx, id);
    const content = contents.en!;
    // What is no merge tag of ours is refused before it is compiled: mailings.test.ts.
    const typed = PAYLOADS.filter((payload) => !payload.includes("{{")).slice(0, 60).join(" ");
    const heading = "Dear {{ customer.full_name }}, {{ customer.first_name }}";
    const fields = Object.fromEntries(Object.entries(content.fields).map(([key, value]) => [key, /url|image|accent/.test(key) ? value : typed]));
    await saveMailingContent(tx, by, { mailingId: id, version, locale: "en", content: { ...content, subject: "For {{ customer.first_name }}", fields: { ...fields, heading } } });
    for (const { id: partyId } of imported) await aConsent(tx, by, partyId, topicId);
    const campaign = await aCampaign(tx, by, { topicId, mailingId: id });
    return { topicId, id, publicId, campaign };
  });
  mailingId = made.publicId;
  campaignId = made.campaign.publicId;
  const compiled = (await compileMailing(await getMailing(app.db.read, made.id), { name: "Shop", postalLine: "Shop, Street 1" }))[0]!;
  await app.db.write(async (tx) => {
    const frozen = await freezeRevision(tx, by, made.id, compiled);
    if (!frozen.ok) throw new Error(JSON.stringify([frozen, compiled.problems]).slice(0, 500));
    const rows = await Promise.all(
      imported.map(async ({ id, name }) => ({
        campaignId: made.campaign.campaignId, partyId: id, address: `r${id}@example.com`, recipientName: name, locale: "en", topicId: made.topicId, revisionId: frozen.revisionId,
        mergeValues: { customer: (await findMergeValues(tx, id)) as never, topic: { name: "News" } }, notBefore: now, expiresAt: null,
      })),
    );
    await enqueueRows(tx, by, rows);
    await setStream(tx, by, made.campaign.campaignId, "running");
  });
  const claimed = (await claimDue(app.db, "elsewhere/1/test", now, 10_000)).filter((row) => row.campaignId !== null);
  await app.db.write(async (tx) => {
    await commitIntents(tx, now, claimed);
    for (const [i, row] of claimed.entries())
      await recordEndings(tx, now, [{ row, subject: `For ${row.recipientName}`, intentAt: now, transport: "smtp", outcome: { kind: "refused", code: 550, words: `5.1.1 ${PAYLOADS[i % 200]}` } }]);
    await recordProviderEvents(tx, by, "sendgrid", claimed.map((row, i) => ({ eventId: `e${i}`, type: (PAYLOADS[i % 200] as string).slice(0, 50), publicId: row.publicId, providerId: null, at: now, payload: { reason: PAYLOADS[i % 200] } })));
  });
  people = claimed.map((row) => {
    const person = imported.find(({ id }) => id === row.partyId)!;
    return { party: person.publicId, mail: row.publicId, token: linkToken(row.id), payload: PAYLOADS[Number(person.number?.slice(1))] ?? "" };
  });
  for (const [i, { token }] of people.entries())
    await app.request(`/o/${token}.gif`, { headers: { "User-Agent": (PAYLOADS[i % 200] as string).replace(/[^\x20-\x7e]/g, " ") } });
}

type Seen = { elements: number; handlers: number; addresses: number; scripts: number; shown: boolean };

/** What Chromium's parser makes of a document. Nothing runs here; scripts of ours are those with the answer's nonce. */
function parsed(page: Page, html: string, nonce: string, payload: string): Promise<Seen> {
  return page.evaluate(
    ([source, ours, text]) => {
      const it = new DOMParser().parseFromString(source as string, "text/html");
      const all = [...it.querySelectorAll("*")];
      const words = (it.body.textContent ?? "") + all.flatMap((e) => ("value" in e ? [e.getAttribute("value")] : [])).join(" ");
      return {
        elements: it.querySelectorAll("[data-x]").length,
        handlers: all.filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length,
        addresses: all.filter((e) => ["href", "src", "action", "formaction", "data"].some((name) => /^\s*(javascript|data:text)/i.test(e.getAttribute(name) ?? ""))).length,
        scripts: [...it.querySelectorAll("script")].filter((e) => !ours || e.getAttribute("nonce") !== ours).length,
        shown: words.replace(/\s+/g, " ").includes((text as string).replace(/\s+/g, " ").trim()),
      };
    },
    [html, nonce, payload],
  );
}

const HARMLESS = { elements: 0, handlers: 0, addresses: 0, scripts: 0 };

test("there are two hundred of them, and each came in", () => {
  expect(new Set(PAYLOADS).size).toBe(200);
  if (!existsSync(chromiumPath)) return;
  expect(new Set(people.map(({ payload }) => payload)).size).toBe(200);
});

describe.runIf(existsSync(chromiumPath))("read by Chromium's parser", () => {
  let page: Page;
  beforeAll(async () => {
    page = await browser.newPage();
  });
  afterAll(() => page.close());

  /** @returns how many of the addresses show their payload */
  async function look(list: { path: string; payload: string }[], cookie: string): Promise<number> {
    const wrong: string[] = [];
    let shown = 0;
    for (const { path, payload } of list) {
      const response = await app.request(path, { cookie });
      const nonce = /script-src [^;]*'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1] ?? "";
      const { shown: isShown, ...found } = await parsed(page, await response.text(), nonce, payload);
      if (response.status !== 200 || JSON.stringify(found) !== JSON.stringify(HARMLESS)) wrong.push(`${path} (${response.status}): ${JSON.stringify(found)}`);
      shown += isShown ? 1 : 0;
    }
    expect(wrong).toEqual([]);
    return shown;
  }

  test.each([
    { what: "the customer's page, with the bounce in their timeline", third: 0, pathOf: (one: Person) => `/staff/customers/${one.party}` },
    { what: "the mail in the outbox, with the server's words and the readers' user agents", third: 1, pathOf: (one: Person) => `/staff/outbox/${one.mail}` },
    { what: "the preview as this customer", third: 2, pathOf: (one: Person) => `/staff/mailings/${mailingId}/preview?lang=en&as=${one.party}` },
    { what: "the copy of the mail in its frame", third: null, pathOf: (one: Person) => `/staff/outbox/${one.mail}/copy` },
    { what: "the mail viewed online", third: null, pathOf: (one: Person) => `/v/${one.token}` },
  ])("$what shows each as text", async ({ third, pathOf }) => {
    // One customer per payload. Pages that take an eighth of a second share them, each has every third.
    const theirs = PAYLOADS.filter((_, i) => third === null || i % 3 === third);
    const each = theirs.map((payload) => people.find((one) => one.payload === payload)!);
    expect(await look(each.map((one) => ({ path: pathOf(one), payload: one.payload })), admin)).toBe(theirs.length);
  }, 240_000);

  test("lists, the import before and after its run, the case and its mails show them as text", async () => {
    const some = PAYLOADS[0] as string;
    const first = people[0]!;
    const pages = [
      importPath, importsDone, "/staff/imports", "/staff/customers", `/staff/customers?q=${encodeURIComponent("script")}`, `/staff/search?q=script`, "/staff/outbox", "/staff/settings/suppressions",
      `/staff/desk/${things.case}`, `/staff/campaigns/${campaignId}`, `/staff/campaigns/${campaignId}/recipients`, `/staff/mailings/${mailingId}`, `/staff/mailings/${mailingId}?find=script`,
      `/staff/mailings/${mailingId}/preview?lang=en&dark=1`, "/staff/settings/team", `/u/${first.token}`, `/p/${first.token}`,
    ];
    expect(await look(pages.map((path) => ({ path, payload: some })), admin)).toBeGreaterThanOrEqual(6);
    const mails = await app.db.read.select({ publicId: deliveries.publicId }).from(deliveries).where(eq(deliveries.partyId, things.partyId));
    expect(mails.length).toBeGreaterThanOrEqual(3);
    await look(mails.flatMap(({ publicId }) => [`/staff/outbox/${publicId}`, `/staff/outbox/${publicId}/copy`].map((path) => ({ path, payload: some }))), admin);
    await look(["/portal", "/portal/help", `/portal/help/${things.case}`, "/portal/designs", "/portal/orders", "/portal/preferences", "/portal/account"].map((path) => ({ path, payload: some })), await signIn(app, things.email));
  }, 120_000);

  test("the mapping page shows each header of the file", async () => {
    const html = await (await app.request(importPath, { cookie: admin })).text();
    for (const payload of PAYLOADS.slice(0, 40)) expect([payload, (await parsed(page, html, "", payload)).shown]).toEqual([payload, true]);
  });
});

describe.runIf(existsSync(chromiumPath))("run in Chromium", () => {
  async function mailOf(row: typeof deliveries.$inferSelect): Promise<string> {
    const parcel = await composeParcel({ db: app.db, clock: Date.now, words: mailWords(app.env.APP_URL), env: app.env }, { ...row, stopsSeen: 0, claimedAt: 0 });
    return (await PostalMime.parse(writeMessage(parcel))).html ?? "";
  }

  test("no mail runs anything, as a mail program without any policy would show it", async () => {
    const page = await browser.newPage();
    const trouble: string[] = [];
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => trouble.push("a dialog opened")));
    await page.route("**", (route) => (/evil\.example/.test(route.request().url()) && trouble.push(route.request().url()), route.abort()));
    const rows = await app.db.read.select().from(deliveries);
    const each = [...PAYLOADS.map((payload) => people.find((one) => one.payload === payload)!.mail), ...rows.filter((row) => row.notice).map((row) => row.publicId)];
    for (let i = 0; i < each.length; i += 8) {
      const mails = await Promise.all(each.slice(i, i + 8).map((publicId) => mailOf(rows.find((row) => row.publicId === publicId)!)));
      await page.setContent(mails.map((html) => `<iframe srcdoc="${html.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></iframe>`).join(""), { waitUntil: "load" });
      const frames = page.mainFrame().childFrames();
      expect(frames).toHaveLength(mails.length);
      for (const [k, frame] of frames.entries()) {
        const found = await frame.evaluate(() => ({ ran: "__ran" in globalThis || "__ran" in parent, elements: document.querySelectorAll("[data-x],script").length, isThere: Boolean(document.querySelector("table")) }));
        if (found.ran || found.elements || !found.isThere) trouble.push(`${each[i + k]}: ${JSON.stringify(found)}`);
      }
    }
    expect(trouble).toEqual([]);
    expect(each.length).toBeGreaterThan(200);
    await page.close();
  }, 240_000);

  test.each([
    { who: "the customer", email: () => things.email, area: "/portal", more: (): string[] => [] },
    {
      who: "an administrator", email: () => "admin@example.com", area: "/staff",
      more: () => [importPath, importsDone, `/staff/campaigns/${campaignId}/recipients`, ...people.slice(0, 200).filter((_, i) => i % 40 === 3).flatMap((one) => [`/staff/customers/${one.party}`, `/staff/outbox/${one.mail}`, `/v/${one.token}`]), `/staff/mailings/${mailingId}?find=script`],
    },
  ])("no page that $who opens runs anything, with its scripts and frames loaded", async ({ email, area, more }) => {
    const [name, value] = (await signIn(app, email())).split("=") as [string, string];
    const context = await browser.newContext({ userAgent: `Mozilla <img data-x src=x onerror=${RUN}>` });
    await context.addCookies([{ name, value, url: app.url }]);
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => trouble.push("a dialog opened")));
    // The browser's own page round a picture wants inline styles: that policy is meant to refuse.
    // And this server's port is not in its mails: their pictures come from nowhere.
    page.on("console", (message) => /Content Security Policy/.test(message.text()) && !/\/photos\/|:0\/mail\//.test(page.url() + message.text()) && trouble.push(`${page.url()}: ${message.text().slice(0, 200)}`));
    page.on("request", (request) => new URL(request.url()).host === "evil.example" && trouble.push(`${page.url()} asked evil.example`));
    const usual = allRoutes()
      .filter((r) => r.path.startsWith(area) && ACCESS[r.id]?.read.length && (!r.params.length || thingNamedBy(r.path)))
      .map((r) => fill(r.path, Object.fromEntries(r.params.map((param) => [param, String(things[thingNamedBy(r.path)!])]))));
    let opened = 0;
    for (const path of [...usual, ...more()]) {
      const response = await page.goto(app.url + path, { waitUntil: "load" }).catch(() => null);
      if (!response || !(response.headers()["content-type"] ?? "").includes("text/html")) continue;
      opened += 1;
      await page.waitForTimeout(50);
      for (const frame of page.frames()) {
        const found = await frame.evaluate(() => ({ ran: "__ran" in globalThis, elements: document.querySelectorAll("[data-x]").length })).catch(() => ({ ran: false, elements: 0 }));
        if (found.ran) trouble.push(`${path}: it ran`);
        if (found.elements) trouble.push(`${path}: ${found.elements} elements`);
      }
    }
    expect(trouble).toEqual([]);
    expect(opened).toBeGreaterThan(8);
    await context.close();
  }, 240_000);
});
