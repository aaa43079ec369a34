import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";

import type { Database } from "../../app/db/types";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { createTopic } from "../../app/domain/customers/topics.server";
import { createParty, getParty } from "../../app/domain/customers/customers.server";
import { addComplaintFacts, findMetrics } from "../../app/domain/customers/metrics.server";
import { events, parties } from "../../app/domain/customers/schema";
import { erasePerson } from "~/domain/privacy/erasure.server";
import { countByState, queueNotice, setStream } from "../../app/domain/deliveries/deliveries.server";
import { LEASE_TIME } from "../../app/domain/deliveries/delivery";
import { deliveries, handovers } from "../../app/domain/deliveries/schema";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { commitIntents, StopWatch, type Lease } from "../../app/domain/deliveries/intent.server";
import { recordProviderEvents } from "../../app/domain/deliveries/provider-events.server";
import { reapLeases, settleUnknown } from "../../app/domain/deliveries/reaper.server";
import { sendDue, type SendingApp } from "../../app/domain/deliveries/sending.server";
import { tellDue } from "../../app/domain/deliveries/telling.server";
import { isSuppressed, suppress } from "../../app/domain/deliveries/suppressions.server";
import type { By } from "../../app/domain/journal/actor";
import { mailWords } from "../../app/i18n/mail.server";
import { oneByOne } from "../../app/mail/one-by-one";
import type { Outcome, Parcel } from "../../app/mail/transport";
import { hasDatabase, testDatabase } from "../support/database";
import { enqueueRows, type MailRow } from "../support/outbox";

const NOON = Date.UTC(2026, 4, 4, 12);
const by: By = { actor: { kind: "system", name: "worker" }, now: NOON };
const CAMPAIGN = 7;

/** A campaign of notices: what decides here is the class and the consent, not the words. */
async function aCampaign(db: Database, people: number, { consent = true } = {}) {
  return db.write(async (tx) => {
    const topic = await createTopic(tx, by, { key: "news", position: 1, translations: { en: { name: "News", description: "" } } });
    if (!topic.ok) throw new Error("topic");
    const ids: number[] = [];
    for (let i = 0; i < people; i++) {
      const made = await createParty(tx, by, { kind: "person", givenName: "P", familyName: String(i), email: `p${i}@example.com`, locale: "en", source: "seed" });
      if (!made.ok) throw new Error("party");
      ids.push(made.partyId);
      if (consent)
        await recordConsent(tx, by, { partyId: made.partyId, topicId: topic.topicId, channel: "email", state: "granted", wordingVersion: "1", source: "seed" });
    }
    await enqueueRows(tx, by, ids.map((partyId, i) => aRow({ partyId, address: `p${i}@example.com`, topicId: topic.topicId })));
    await setStream(tx, by, CAMPAIGN, "running");
    return { topicId: topic.topicId, partyIds: ids };
  });
}

function aRow(row: Partial<MailRow> & Pick<MailRow, "partyId" | "address" | "topicId">): MailRow {
  return {
    campaignId: CAMPAIGN, recipientName: "P", locale: "en", revisionId: null, mergeValues: {}, notBefore: NOON, expiresAt: null, ...row,
  };
}

const rowsOf = (db: Database) => db.read.select().from(deliveries).orderBy(deliveries.id);

async function intent(db: Database, leases: Lease[], now = NOON) {
  return db.write((tx) => commitIntents(tx, now, leases));
}

describe.runIf(hasDatabase())("the outbox", () => {
  test("keeps one mail per address of a campaign, and the second person behind it as withheld", async () => {
    const db = await testDatabase();
    const { topicId, partyIds } = await aCampaign(db, 2);
    const again = await db.write((tx) => enqueueRows(tx, by, [aRow({ partyId: partyIds[0]!, address: "P0@Example.com", topicId })]));
    expect(again).toBe(0);
    const second = await db.write((tx) => enqueueRows(tx, by, [aRow({ partyId: partyIds[1]!, address: "p0@example.com", topicId })]));
    expect(second).toBe(1);
    const counts = await countByState(db.read, CAMPAIGN);
    expect(counts).toMatchObject({ total: 3, queued: 2, withheld: 1, withheldReasons: { duplicate_address: 1 } });
  });

  test("makes one mail of one notice told twice", async () => {
    const db = await testDatabase();
    const notice = { class: "security", to: { address: "a@example.com" }, template: "login_link", locale: "en", values: {}, dedupeKey: "k" } as const;
    const first = await db.write((tx) => queueNotice(tx, by, notice));
    expect(await db.write((tx) => queueNotice(tx, by, notice))).toEqual(first);
    expect(await rowsOf(db)).toHaveLength(1);
  });

  // Mutant: leave `state = 'queued'` out of the UPDATE and SKIP LOCKED out of the choice: both claims hold the same rows.
  test("gives each row to one of two workers that claim at once", async () => {
    const db = await testDatabase();
    await aCampaign(db, 30);
    const [a, b] = await Promise.all([claimDue(db, "h/1/a", NOON, 20), claimDue(db, "h/2/b", NOON, 20)]);
    const ids = [...a, ...b].map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(30);
  });

  test("claims security mail first, and nothing of a paused campaign", async () => {
    const db = await testDatabase();
    await aCampaign(db, 3);
    await db.write((tx) =>
      queueNotice(tx, by, { class: "security", to: { address: "a@example.com" }, template: "login_link", locale: "en", values: {}, dedupeKey: "k" }),
    );
    expect((await claimDue(db, "h/1/a", NOON, 1)).map((row) => row.class)).toEqual(["security"]);
    await db.write((tx) => setStream(tx, by, CAMPAIGN, "paused"));
    expect(await claimDue(db, "h/1/a", NOON, 10)).toEqual([]);
    await db.write((tx) => setStream(tx, by, CAMPAIGN, "running"));
    expect(await claimDue(db, "h/1/a", NOON, 10)).toHaveLength(3);
  });
});

describe.runIf(hasDatabase())("the intent", () => {
  // Mutant: drop the epoch from commitIntents: the lease that was lost hands over as well.
  test("is granted to the newest lease only", async () => {
    const db = await testDatabase();
    await aCampaign(db, 1);
    const [old] = await claimDue(db, "elsewhere/1/a", NOON, 1);
    await reapLeases({ db, clock: () => NOON + LEASE_TIME + 1 });
    const [fresh] = await claimDue(db, "elsewhere/2/b", NOON + LEASE_TIME + 2, 1);
    expect(fresh!.leaseEpoch).toBe(old!.leaseEpoch + 1);
    expect((await intent(db, [old!])).size).toBe(0);
    expect((await intent(db, [fresh!])).size).toBe(1);
    expect((await intent(db, [fresh!])).size).toBe(0);
    expect(await db.read.select().from(handovers)).toHaveLength(1);
  });

  test("is refused by the key when this attempt was begun before", async () => {
    const db = await testDatabase();
    await aCampaign(db, 1);
    const [row] = await claimDue(db, "h/1/a", NOON, 1);
    await intent(db, [row!]);
    await db.write((tx) => tx.update(deliveries).set({ state: "leased" }).where(eq(deliveries.id, row!.id)));
    expect((await intent(db, [row!])).size).toBe(0);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "unknown" });
  });

  // Each line is a guard of commitIntents: without its condition the mail would go.
  const stops: [string, (db: Database, about: { partyId: number; topicId: number }) => Promise<unknown>, string][] = [
    ["the address is suppressed", (db) => db.write((tx) => suppress(tx, by, { address: "P0@example.com", scope: "marketing", reason: "manual", source: "test" })), "suppressed"],
    [
      "consent is withdrawn",
      (db, { partyId, topicId }) =>
        db.write((tx) => recordConsent(tx, by, { partyId, topicId, channel: "email", state: "withdrawn", wordingVersion: "1", source: "one_click" })),
      "no_consent",
    ],
    ["a complaint is open", (db, { partyId }) => db.write((tx) => addComplaintFacts(tx, partyId, { filed: 1, open: 1 })), "open_complaint"],
    [
      "the person is erased",
      (db, { partyId }) => db.write(async (tx) => erasePerson(tx, by, { publicId: (await getParty(tx, partyId)).publicId, reason: "asked" })),
      "erased",
    ],
    [
      "the customer has asked for a pause",
      (db, { partyId }) => db.write((tx) => tx.update(parties).set({ marketingPausedUntil: NOON + 1 }).where(eq(parties.id, partyId))),
      "paused_by_customer",
    ],
    ["the campaign is cancelled", (db) => db.write((tx) => setStream(tx, by, CAMPAIGN, "cancelled")), "cancelled"],
  ];
  test.each(stops)("is refused when %s after the claim", async (_name, stop, reason) => {
    const db = await testDatabase();
    const { partyIds, topicId } = await aCampaign(db, 1);
    const [row] = await claimDue(db, "h/1/a", NOON, 1);
    await stop(db, { partyId: partyIds[0]!, topicId });
    expect((await intent(db, [row!])).size).toBe(0);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "withheld", reason });
    expect(await db.read.select().from(handovers)).toEqual([]);
  });

  // Mutant: ask nobody again whose claim is older than the first stop that was read.
  test("is refused to a mail of an older claim whose turn comes after that of a newer one", async () => {
    const db = await testDatabase();
    const { partyIds } = await aCampaign(db, 2);
    const [older] = await claimDue(db, "h/1/a", NOON, 1);
    await db.write((tx) => addComplaintFacts(tx, partyIds[0]!, { filed: 1, open: 1 }));
    const [newer] = await claimDue(db, "h/1/a", NOON, 1);
    const stops = new StopWatch();
    expect((await db.write((tx) => commitIntents(tx, NOON, [newer!], stops))).size).toBe(1);
    expect((await db.write((tx) => commitIntents(tx, NOON, [older!], stops))).size).toBe(0);
  });

  test("puts the mail back when the campaign was paused meanwhile", async () => {
    const db = await testDatabase();
    await aCampaign(db, 1);
    const [row] = await claimDue(db, "h/1/a", NOON, 1);
    await db.write((tx) => setStream(tx, by, CAMPAIGN, "paused"));
    expect((await intent(db, [row!])).size).toBe(0);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "queued", attempt: 0 });
  });

  test("does not ask an order mail for consent, but stops it for a dead mailbox", async () => {
    const db = await testDatabase();
    const notice = { class: "transactional", to: { address: "a@example.com" }, template: "order_placed", locale: "en", values: {} } as const;
    await db.write((tx) => queueNotice(tx, by, { ...notice, dedupeKey: "1" }));
    await db.write((tx) => suppress(tx, by, { address: "a@example.com", scope: "marketing", reason: "spam_report", source: "test" }));
    const [first] = await claimDue(db, "h/1/a", NOON, 1);
    expect((await intent(db, [first!])).size).toBe(1);
    await db.write((tx) => queueNotice(tx, by, { ...notice, dedupeKey: "2" }));
    await db.write((tx) => suppress(tx, by, { address: "a@example.com", scope: "all", reason: "hard_bounce", source: "test" }));
    expect(await claimDue(db, "h/1/a", NOON, 1)).toEqual([]);
    expect((await rowsOf(db))[1]).toMatchObject({ state: "withheld", reason: "suppressed" });
  });
});

describe.runIf(hasDatabase())("the answer", () => {
  async function handed(db: Database) {
    const campaign = await aCampaign(db, 1);
    const [row] = await claimDue(db, "elsewhere/1/a", NOON, 1);
    await intent(db, [row!]);
    return { row: row!, ...campaign };
  }
  const ending = (db: Database, row: Awaited<ReturnType<typeof handed>>["row"], outcome: Exclude<Outcome, { kind: "withdrawn" }>, now = NOON) =>
    db.write((tx) => recordEndings(tx, now, [{ row, subject: "Hello", intentAt: now, transport: "smtp", outcome }])).then(() => tellDue({ db, clock: () => now }));

  test("2xx: accepted, with the server's words, one event, and the facts", async () => {
    const db = await testDatabase();
    const { row, partyIds } = await handed(db);
    const yes = { kind: "accepted", code: 250, words: "250 ok queued as 1", providerId: null } as const;
    await ending(db, row, yes);
    await ending(db, row, yes);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "accepted", words: "250 ok queued as 1", acceptedAt: NOON, leaseOwner: null });
    const told = await db.read.select().from(events).where(eq(events.partyId, partyIds[0]!));
    expect(told.filter((e) => e.kind === "mail_accepted")).toHaveLength(1);
  });

  test("4xx: queued again later, as the next attempt", async () => {
    const db = await testDatabase();
    const { row } = await handed(db);
    await ending(db, row, { kind: "deferred", code: 450, words: "450 5.1.1 try later" });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "queued", attempt: 1, notBefore: NOON + 60_000 });
    expect(await isSuppressed(db.read, row.address)).toBeNull();
    const [again] = await claimDue(db, "h/1/b", NOON + 60_000, 1);
    expect((await intent(db, [again!], NOON + 60_000)).size).toBe(1);
  });

  test("5xx: failed; only an unknown mailbox is put on the list", async () => {
    const db = await testDatabase();
    const { row } = await handed(db);
    await ending(db, row, { kind: "refused", code: 550, words: "550 5.1.1 no such user" });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "failed", reason: "no_mailbox", code: 550 });
    expect(await isSuppressed(db.read, row.address)).toBe("all");
  });

  test("none: unknown, and never sent again; a late yes still counts", async () => {
    const db = await testDatabase();
    const { row } = await handed(db);
    await reapLeases({ db, clock: () => NOON + LEASE_TIME + 1 });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "unknown" });
    await settleUnknown({ db, clock: () => NOON + 20 * 60_000 });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "unknown" });
    await settleUnknown({ db, clock: () => NOON + 26 * 3_600_000 });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "unconfirmed" });
    expect(await claimDue(db, "h/1/b", NOON + 27 * 3_600_000, 1)).toEqual([]);
    await ending(db, row, { kind: "accepted", code: 250, words: "250 ok", providerId: null });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "accepted" });
  });

  const reported = (publicId: string, type = "delivered") =>
    ({ eventId: `${type}-${publicId}`, type, publicId, providerId: null, at: NOON + 1000, payload: {} });

  /** Mutant: an event counts only for a mail that is unknown already; one that came before the worker's death is never looked at again. */
  test("none, but the provider spoke of it before its worker died: accepted, with its event and facts, once", async () => {
    const db = await testDatabase();
    const { row, partyIds: [partyId] } = await handed(db);
    for (let i = 0; i < 2; i++) await db.write((tx) => recordProviderEvents(tx, by, "sendgrid", [reported(row.publicId)]));
    await reapLeases({ db, clock: () => NOON + LEASE_TIME + 1 });
    expect((await rowsOf(db))[0]?.state).toBe("accepted");
    await db.write((tx) => recordEndings(tx, NOON, [{ row, subject: "S", intentAt: NOON, transport: "sendgrid", outcome: { kind: "accepted", code: 202, words: "202", providerId: "x" } }]));
    await tellDue({ db, clock: () => NOON });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "accepted", deliveredAt: NOON + 1000 });
    expect((await findMetrics(db.read, partyId!))?.mailsAccepted).toBe(1);
    expect((await db.read.select().from(events)).filter((e) => e.kind === "mail_accepted")).toHaveLength(1);
  });

  test("unknown, then explained by the provider: the timeline and the facts know of it too", async () => {
    const db = await testDatabase();
    const { row, partyIds: [partyId] } = await handed(db);
    await reapLeases({ db, clock: () => NOON + LEASE_TIME + 1 });
    await db.write((tx) => recordProviderEvents(tx, by, "sendgrid", [reported(row.publicId)]));
    await tellDue({ db, clock: () => NOON });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "accepted" });
    expect((await findMetrics(db.read, partyId!))?.mailsAccepted).toBe(1);
  });

  test("unknown, an order mail to be sent once more: the provider's word that it has it comes first", async () => {
    const db = await testDatabase();
    await db.write((tx) =>
      queueNotice(tx, by, { class: "transactional", to: { address: "a@example.com" }, template: "order_placed", locale: "en", values: {}, dedupeKey: "1" }),
    );
    const [row] = await claimDue(db, "elsewhere/1/a", NOON, 1);
    await intent(db, [row!]);
    const later = NOON + 11 * 60_000;
    await reapLeases({ db, clock: () => later });
    await settleUnknown({ db, clock: () => later });
    const [again] = await claimDue(db, "elsewhere/2/a", later, 1);
    await db.write((tx) => recordProviderEvents(tx, by, "sendgrid", [reported(row!.publicId)]));
    expect((await intent(db, [again!], later)).size).toBe(0);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "accepted" });
  });

  test("none, for an order: once more after ten minutes, with the same Message-ID, and not twice more", async () => {
    const db = await testDatabase();
    await db.write((tx) =>
      queueNotice(tx, by, { class: "transactional", to: { address: "a@example.com" }, template: "order_placed", locale: "en", values: {}, dedupeKey: "1" }),
    );
    let now = NOON;
    const ids = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const [row] = await claimDue(db, "elsewhere/1/a", now, 1);
      if (!row) break;
      ids.add(row.messageId);
      expect((await intent(db, [row], now)).size).toBe(1);
      now += 11 * 60_000;
      await reapLeases({ db, clock: () => now });
      await settleUnknown({ db, clock: () => now });
    }
    expect(ids.size).toBe(1);
    expect(await db.read.select().from(handovers)).toHaveLength(2);
    expect((await rowsOf(db))[0]).toMatchObject({ state: "unknown" });
  });

  /** Mutant: what a cancelled campaign had under way and gets back stays queued for ever, and its figures never settle. */
  test("what comes back after its campaign was cancelled is withheld", async () => {
    const db = await testDatabase();
    await aCampaign(db, 2);
    const [first, second] = await claimDue(db, "w/1/a", NOON, 10);
    await intent(db, [first!]);
    await db.write((tx) => setStream(tx, by, CAMPAIGN, "cancelled"));
    await db.write((tx) => recordEndings(tx, NOON, [{ row: first!, subject: "", intentAt: NOON, transport: "smtp", outcome: { kind: "deferred", code: 451, words: "451 later" } }]));
    await reapLeases({ db, clock: () => NOON + LEASE_TIME + 1 });
    expect(second).toBeDefined();
    expect(await countByState(db.read, CAMPAIGN)).toMatchObject({ queued: 0, withheld: 2, withheldReasons: { cancelled: 2 } });
  });

  test("a lease that a put-back clock left far in the future is over", async () => {
    const db = await testDatabase();
    await aCampaign(db, 1);
    await claimDue(db, "elsewhere/1/a", NOON, 1);
    await reapLeases({ db, clock: () => NOON - 86_400_000 });
    expect((await rowsOf(db))[0]).toMatchObject({ state: "queued" });
  });
});

describe.runIf(hasDatabase())("the sender", () => {
  function anApp(db: Database, send: Parameters<typeof oneByOne>[2], concurrency = 4): SendingApp {
    const quiet = () => undefined;
    return {
      db, clock: () => NOON, log: { info: quiet, warn: quiet, error: quiet }, words: mailWords("https://crm.example.com"),
      env: { MAIL_FROM: "Shop <shop@example.com>", LINK_URL: "https://link.example.com", APP_URL: "https://crm.example.com" },
      mail: { name: "smtp", concurrency, start: (line) => oneByOne(line, concurrency, send) },
    };
  }

  test("hands each mail over once and forgets the secret of a login mail", async () => {
    const db = await testDatabase();
    const sent: Extract<Parcel, { kind: "single" }>[] = [];
    const app = anApp(db, async (mail, commitIntent) => {
      if (!(await commitIntent())) return { kind: "withdrawn" };
      if (mail.kind === "single") sent.push(mail);
      return { kind: "accepted", code: 250, words: "250 ok", providerId: null };
    });
    await db.write(async (tx) => {
      for (let i = 0; i < 9; i++)
        await queueNotice(tx, by, {
          class: "security", to: { address: `a${i}@example.com`, name: "Ana\r\nBcc: x@example.com" }, template: "login_link", locale: "pl",
          values: { name: "Ana", code: "123456", path: "/login/link/secret", minutes: 15 }, dedupeKey: String(i),
        });
    });
    let ended = 0;
    await vi.waitFor(async () => expect((ended += await sendDue(app, 100))).toBe(9), { timeout: 20_000 });
    expect(await sendDue(app, 100)).toBe(0);
    expect(new Set(sent.map((mail) => mail.messageId)).size).toBe(9);
    expect(sent[0]).toMatchObject({ mail: { subject: "123456 to Twój kod logowania" }, to: { name: "Ana Bcc: x@example.com" } });
    expect(sent[0]!.mail.text).toContain("https://crm.example.com/login/link/secret");
    expect(sent[0]!.mail.headers).toContainEqual({ name: "Auto-Submitted", value: "auto-generated" });
    const rows = await rowsOf(db);
    expect(rows.every((row) => row.state === "accepted" && Object.keys(row.notice!.values).length === 0)).toBe(true);
  });

  test("loses nothing when there is no relay, and rests", async () => {
    const db = await testDatabase();
    let tries = 0;
    const app = anApp(db, async () => {
      tries += 1;
      return { kind: "unreachable", words: "connect ECONNREFUSED" };
    }, 2);
    await db.write(async (tx) => {
      for (let i = 0; i < 5; i++)
        await queueNotice(tx, by, { class: "transactional", to: { address: `a${i}@example.com` }, template: "order_shipped", locale: "en", values: {}, dedupeKey: String(i) });
    });
    await sendDue(app, 100);
    await sendDue(app, 100);
    expect(tries).toBeLessThanOrEqual(2);
    expect((await rowsOf(db)).every((row) => row.state === "queued")).toBe(true);
  });
});
