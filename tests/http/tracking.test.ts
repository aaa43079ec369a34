import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findConsentState, listConsents } from "../../app/domain/customers/consents.server";
import { findMetrics } from "../../app/domain/customers/metrics.server";
import { events } from "../../app/domain/customers/schema";
import { deliveries, providerEvents, suppressions } from "../../app/domain/deliveries/schema";
import { isSuppressed } from "../../app/domain/deliveries/suppressions.server";
import { judgeDue, rejudge } from "../../app/domain/tracking/tracking.server";
import { trackingHits } from "../../app/domain/tracking/schema";
import { mailingLinks } from "../../app/domain/mailings/schema";
import type { By } from "../../app/domain/journal/actor";
import { testApp, type TestApp } from "../support/app";
import { aMailedCustomer } from "../support/factories";

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const WEBHOOK_KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ SENDGRID_WEBHOOK_KEY: WEBHOOK_KEY });
});
afterAll(() => app.close());

const now = (): By => ({ actor: { kind: "system", name: "worker" }, now: Date.now() });
const aMail = () => aMailedCustomer(app.db, now());
const hitsOf = (deliveryId: number) => app.db.read.select().from(trackingHits).where(eq(trackingHits.deliveryId, deliveryId));
const eventsOf = async (deliveryId: number, kind: string) =>
  app.db.read.select().from(events).where(and(eq(events.deliveryId, deliveryId), eq(events.kind, kind)));
const settle = () => judgeDue({ db: app.db, clock: () => Date.now() + 10_000 }, 100);
const asPerson = { headers: { "User-Agent": CHROME } };

describe("the pixel", () => {
  test("is written down and becomes one open of a person", async () => {
    const mail = await aMail();
    for (let i = 0; i < 3; i++) {
      const response = await app.request(`/o/${mail.token}.gif`, asPerson);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("image/gif");
      expect(response.headers.get("cache-control")).toContain("no-store");
      expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect((await response.arrayBuffer()).byteLength).toBe(42);
    }
    expect(await hitsOf(mail.deliveryId)).toHaveLength(3);
    await settle();
    expect(await eventsOf(mail.deliveryId, "mail_opened")).toHaveLength(1);
    expect(await findMetrics(app.db.read, mail.partyId)).toMatchObject({ mailsOpened: 1 });
  });

  // Mutant: compare no MAC in readLinkToken: the altered tokens then write hits.
  test("comes for an altered token too, and nothing is written", async () => {
    const mail = await aMail();
    const [head, id, mac] = mail.token.split(".") as [string, string, string];
    const other = (Number.parseInt(id, 36) + 1).toString(36);
    for (const token of [`${head}.${id}.${mac.slice(0, -2)}AA`, `${head}.${other}.${mac}`, `${head}.${id}`, "x", `${mail.token}x`]) {
      const response = await app.request(`/o/${token}.gif`, asPerson);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(42);
    }
    expect(await hitsOf(mail.deliveryId)).toHaveLength(0);
  });

  test("comes, and links lead on, also while the database refuses the hit; then none is claimed", async () => {
    const mail = await aMail();
    await app.db.write((tx) => tx.raw("CREATE TRIGGER no_hits BEFORE INSERT ON tracking_hits BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"));
    try {
      expect((await app.request(`/o/${mail.token}.gif`, asPerson)).status).toBe(200);
      const click = await app.request(`/c/${mail.token}/${mail.links[0]!.position}`, asPerson);
      expect([click.status, click.headers.get("location")]).toEqual([302, expect.stringMatching(/^https?:/)]);
    } finally {
      await app.db.write((tx) => tx.raw("DROP TRIGGER no_hits"));
    }
    expect(await hitsOf(mail.deliveryId)).toEqual([]);
    await app.request(`/o/${mail.token}.gif`, asPerson);
    expect(await hitsOf(mail.deliveryId)).toHaveLength(1);
  });

  // Mutant: answer before `takeHit` has resolved (drop its `await`): some of the hits are then not there yet.
  test("is answered when its hit is committed, many at once too", async () => {
    const mails = [await aMail(), await aMail(), await aMail()];
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const mail = mails[i % 3]!;
        const path = i % 2 ? `/o/${mail.token}.gif` : `/c/${mail.token}/${mail.links[0]!.position}`;
        expect((await app.request(path, { headers: { "User-Agent": `${CHROME} ${i}` } })).status).toBe(i % 2 ? 200 : 302);
        expect(await app.db.read.select().from(trackingHits).where(eq(trackingHits.userAgent, `${CHROME} ${i}`))).toMatchObject([{ deliveryId: mail.deliveryId }]);
      }),
    );
  });

  test("tells whose address asked by the proxies that are trusted, as express does", async () => {
    const mail = await aMail();
    await app.request(`/o/${mail.token}.gif`, { headers: { "User-Agent": CHROME, "X-Forwarded-For": "203.0.113.9" } });
    expect((await hitsOf(mail.deliveryId)).map((hit) => hit.remoteAddress)).toEqual(["127.0.0.1"]);
  });

  test("asked for by HEAD is a robot's", async () => {
    const mail = await aMail();
    await app.request(`/o/${mail.token}.gif`, { method: "HEAD", ...asPerson });
    await settle();
    expect(await hitsOf(mail.deliveryId)).toMatchObject([{ judgement: "robot", method: "HEAD" }]);
    expect(await eventsOf(mail.deliveryId, "mail_opened")).toEqual([]);
  });
});

describe("a link", () => {
  test("leads where the mailing says; the click counts as an open", async () => {
    const mail = await aMail();
    const link = mail.links[0]!;
    const response = await app.request(`/c/${mail.token}/${link.position}`, asPerson);
    expect(response.status).toBe(302);
    const target = link.url.startsWith("/") ? `${app.env.APP_URL}${link.url}` : link.url;
    expect(response.headers.get("location")).toBe(new URL(target).href);
    await settle();
    expect(await eventsOf(mail.deliveryId, "mail_clicked")).toHaveLength(1);
    expect(await eventsOf(mail.deliveryId, "mail_opened")).toHaveLength(1);
    expect(await findMetrics(app.db.read, mail.partyId)).toMatchObject({ mailsClicked: 1, mailsOpened: 1 });
  });

  test.each(["99", "-1", "1e1", "0?url=https://evil.test", "%2F%2Fevil.test", "0x0"])("%s that the mailing does not have is 404", async (position) => {
    const mail = await aMail();
    const response = await app.request(`/c/${mail.token}/${position}`, asPerson);
    if (position.startsWith("0?")) expect(response.headers.get("location")).not.toContain("evil.test");
    else expect(response.status).toBe(404);
  });

  test.each(["//evil.test/a", "/\\evil.test", "javascript:alert(1)", "data:text/html,x", "ftp://evil.test/", "mailto:a@evil.test"])(
    "that was stored as %s leads nowhere",
    async (url) => {
      const mail = await aMail();
      await app.db.write((tx) => tx.update(mailingLinks).set({ url }).where(eq(mailingLinks.revisionId, mail.revisionId)));
      const response = await app.request(`/c/${mail.token}/${mail.links[0]!.position}`, asPerson);
      expect([response.status, response.headers.get("location")]).toEqual([404, null]);
    },
  );

  test("of an altered token is 404", async () => {
    const mail = await aMail();
    expect((await app.request(`/c/${mail.token.slice(0, -1)}_/0`, asPerson)).status).toBe(404);
    expect(await hitsOf(mail.deliveryId)).toEqual([]);
  });

  test("of a scanner that follows all at once is a robot's, and the first of them is no event", async () => {
    const mail = await aMail();
    for (const { position } of mail.links) await app.request(`/c/${mail.token}/${position}`, asPerson);
    await settle();
    expect((await hitsOf(mail.deliveryId)).map((hit) => hit.judgement)).toEqual(mail.links.map(() => "robot"));
    expect(await eventsOf(mail.deliveryId, "mail_clicked")).toEqual([]);
  });

  test("judged again takes back what does not hold any more", async () => {
    const mail = await aMail();
    await app.request(`/c/${mail.token}/0`, asPerson);
    await settle();
    await app.db.write((tx) => tx.update(trackingHits).set({ userAgent: "curl/8" }).where(eq(trackingHits.deliveryId, mail.deliveryId)));
    const again = () => app.db.write((tx) => rejudge(tx, now(), { since: 0, afterId: mail.deliveryId - 1, limit: 1 }));
    expect(await again()).toEqual({ mails: 1, hits: 1, changed: 1, last: mail.deliveryId });
    expect(await again()).toMatchObject({ hits: 1, changed: 0 });
    expect(await eventsOf(mail.deliveryId, "mail_clicked")).toEqual([]);
    expect(await findMetrics(app.db.read, mail.partyId)).toMatchObject({ mailsClicked: 0, mailsOpened: 0 });
  });
});

describe("unsubscribing", () => {
  const consent = (mail: Awaited<ReturnType<typeof aMail>>) => findConsentState(app.db.read, mail.partyId, mail.topicId, "email");

  test("GET and HEAD change nothing", async () => {
    const mail = await aMail();
    for (const method of ["GET", "HEAD"]) await app.request(`/u/${mail.token}`, { method });
    await app.request(`/u/${mail.token}?List-Unsubscribe=One-Click`);
    expect(await consent(mail)).toBe("granted");
  });

  test("is done by no scanner or prefetcher that follows every link, also those of the pages behind them", async () => {
    const mail = await aMail();
    const agents: Record<string, string>[] = [
      { "User-Agent": "Mozilla/5.0 (compatible; Barracuda/5.0)" },
      { "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 ProofpointURLDefense" },
      { "User-Agent": CHROME, "Sec-Purpose": "prefetch;prerender", Purpose: "prefetch" },
    ];
    for (const headers of agents)
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const seen = new Set<string>();
        const follow = async (path: string, depth: number): Promise<void> => {
          if (seen.has(path)) return;
          seen.add(path);
          const page = await (await app.request(path, { method, headers })).text();
          const links = [...page.matchAll(/(?:href|action|formaction)="(\/[upv]\/[^"]*)"/g)].map(([, link]) => (link as string).replaceAll("&amp;", "&"));
          if (depth < 2) for (const link of links) await follow(link, depth + 1);
        };
        for (const path of [`/u/${mail.token}`, `/p/${mail.token}`, `/v/${mail.token}`, ...mail.links.map((link) => `/c/${mail.token}/${link.position}`)]) await follow(path, 0);
        expect(seen.size).toBeGreaterThanOrEqual(3 + mail.links.length);
      }
    expect(await consent(mail)).toBe("granted");
    expect(await eventsOf(mail.deliveryId, "mail_unsubscribed")).toEqual([]);
  });

  test.each([
    ["a form", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"],
    ["multipart", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'],
  ])("one click as %s works without cookies and Origin, and safely twice", async (_name, type, body) => {
    const mail = await aMail();
    for (let i = 0; i < 2; i++) {
      const response = await fetch(`${app.url}/u/${mail.token}`, { method: "POST", headers: { "Content-Type": type }, body, redirect: "manual" });
      expect(response.status).toBe(200);
    }
    expect(await consent(mail)).toBe("withdrawn");
    const proof = (await listConsents(app.db.read, mail.partyId)).filter((row) => row.state === "withdrawn");
    expect(proof).toMatchObject([{ source: "one_click", wordingVersion: "unsubscribe-1" }]);
    expect(await eventsOf(mail.deliveryId, "mail_unsubscribed")).toHaveLength(1);
  });

  test("of an altered token is 404 and changes nothing", async () => {
    const mail = await aMail();
    const response = await app.request(`/u/${mail.token.slice(0, -3)}AAA`, { form: { "List-Unsubscribe": "One-Click" } });
    expect(response.status).toBe(404);
    expect(await consent(mail)).toBe("granted");
  });
});

describe("SendGrid's events", () => {
  type Posted = { key?: KeyObject; body?: string; signed?: string };
  function post(events: unknown, { key = privateKey, ...given }: Posted = {}) {
    const timestamp = "1700000000";
    const body = given.body ?? JSON.stringify(events);
    const signed = given.signed ?? body;
    const signature = sign("sha256", Buffer.from(timestamp + signed), key).toString("base64");
    return fetch(`${app.url}/hooks/sendgrid`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
      },
      body,
    });
  }
  const about = (mail: { deliveryPublicId: string; email: string }, event: string, at: number, more: object = {}) => ({
    email: mail.email, event, timestamp: at, sg_event_id: `${event}-${mail.deliveryPublicId}`, sg_message_id: "x.y", rapport_id: mail.deliveryPublicId, ...more,
  });
  const rowOf = async (mail: { deliveryId: number }) =>
    (await app.db.read.select().from(deliveries).where(eq(deliveries.id, mail.deliveryId)))[0]!;

  test("in any order, forty-six times over, lead to the same state", async () => {
    const shuffles = [[0, 1, 2], [2, 1, 0], [1, 2, 0]];
    const states = [];
    for (const order of shuffles) {
      const mail = await aMail();
      const set = [
        about(mail, "processed", 1_700_000_000),
        about(mail, "delivered", 1_700_000_002, { response: "250 OK" }),
        about(mail, "spamreport", 1_700_000_009),
      ];
      for (let i = 0; i < 46; i++) expect((await post(order.map((n) => set[n]))).status).toBe(204);
      const row = await rowOf(mail);
      states.push({ state: row.state, deliveredAt: row.deliveredAt, bounce: row.bounce, suppressed: await isSuppressed(app.db.read, mail.email) });
      expect(await app.db.read.select().from(providerEvents).where(eq(providerEvents.deliveryId, mail.deliveryId))).toHaveLength(3);
      expect(await eventsOf(mail.deliveryId, "mail_reported_spam")).toHaveLength(1);
    }
    expect(new Set(states.map((s) => JSON.stringify(s))).size).toBe(1);
    expect(states[0]).toMatchObject({ state: "accepted", deliveredAt: 1_700_000_002_000, suppressed: "marketing" });
  });

  test("a bounce of an unknown user suppresses, a full mailbox does not", async () => {
    const [gone, full] = [await aMail(), await aMail()];
    await post([
      about(gone, "bounce", 1, { status: "5.1.1", reason: "550 5.1.1 no such user", type: "bounce" }),
      about(full, "bounce", 1, { status: "5.2.2", reason: "552 5.2.2 mailbox over quota", type: "bounce" }),
    ]);
    expect([(await rowOf(gone)).bounce, (await rowOf(full)).bounce]).toEqual(["hard", "soft"]);
    expect([await isSuppressed(app.db.read, gone.email), await isSuppressed(app.db.read, full.email)]).toEqual(["all", null]);
  });

  test("resolve what was unknown", async () => {
    const [taken, dropped] = [await aMail(), await aMail()];
    for (const mail of [taken, dropped])
      await app.db.write((tx) => tx.update(deliveries).set({ state: "unknown", acceptedAt: null }).where(eq(deliveries.id, mail.deliveryId)));
    await post([about(taken, "delivered", 5), about(dropped, "dropped", 5, { reason: "Spam Content" })]);
    expect((await rowOf(taken)).state).toBe("accepted");
    expect(await rowOf(dropped)).toMatchObject({ state: "failed", reason: "dropped" });
  });

  test("are taken again years later, and add nothing", async () => {
    const mail = await aMail();
    const set = [about(mail, "delivered", 1_500_000_000), about(mail, "bounce", 1_500_000_001, { status: "5.1.1" })];
    expect((await post(set)).status).toBe(204);
    const state = async () => JSON.stringify([await rowOf(mail), await eventsOf(mail.deliveryId, "mail_bounced"), await app.db.read.select().from(providerEvents), await app.db.read.select().from(suppressions)]);
    const before = await state();
    expect((await post(set)).status).toBe(204);
    expect(await state()).toBe(before);
  });

  test("that nobody signed, or that were changed on the way, are refused and write nothing", async () => {
    const mail = await aMail();
    const event = about(mail, "bounce", 1, { status: "5.1.1" });
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const body = JSON.stringify([event]);
    expect((await post([event], { key: other })).status).toBe(403);
    expect((await post([event], { signed: `${body}\r\n` })).status).toBe(403);
    expect((await post([event], { body: JSON.stringify([event], null, 1), signed: body })).status).toBe(403);
    expect((await fetch(`${app.url}/hooks/sendgrid`, { method: "POST", body })).status).toBe(403);
    expect(await app.db.read.select().from(providerEvents).where(eq(providerEvents.deliveryId, mail.deliveryId))).toEqual([]);
    expect(await app.db.read.select().from(suppressions).where(eq(suppressions.address, mail.email))).toEqual([]);
  });
});
