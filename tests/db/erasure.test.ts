/** A person with something in every table is erased: nothing of theirs is left, in rows, file or dump; nobody else loses any. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { rewriteFile } from "~/db/rewrite.server";
import { askToSignUp } from "~/domain/accounts/sign-up.server";
import { findParty } from "~/domain/customers/customers.server";
import { enter } from "~/domain/segments/keeping.server";
import { EVERYBODY } from "~/domain/segments/rule";
import { createSegment } from "~/domain/segments/segments.server";
import { deliveries, inboundMails, providerEvents, handovers, suppressions } from "~/domain/deliveries/schema";
import { hashAddress } from "~/domain/deliveries/identity.server";
import { queueNotice } from "~/domain/deliveries/deliveries.server";
import { suppress } from "~/domain/deliveries/suppressions.server";
import { trackingHits } from "~/domain/tracking/schema";
import { emptyLateRows, erasePerson } from "~/domain/privacy/erasure.server";
import { exportPerson } from "~/domain/privacy/export.server";
import { HOLDINGS } from "~/domain/privacy/holdings";
import { keepDraft } from "~/domain/cases/drafts.server";
import { recordConsent } from "~/domain/customers/consents.server";
import { recordEvent } from "~/domain/customers/events.server";
import { createParty } from "~/domain/customers/customers.server";
import { logContact } from "~/domain/cases/contacts.server";
import { createCustomField, setCustomValue } from "~/domain/customers/custom-fields.server";
import { writeNote } from "~/domain/customers/notes.server";
import { addTag } from "~/domain/customers/tags.server";
import { keepApart, lookForDoubles } from "~/domain/doubles/finding.server";
import { mergeParties } from "~/domain/doubles/merge.server";
import { orders } from "~/domain/orders/schema";
import { eq } from "drizzle-orm";
import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { at, aTopic } from "../support/factories";
import { aCustomerWithEverything, aProduct } from "../support/scene";
import type { Database } from "~/db/types";

const now = Date.now();
const by = at(now);
const CANARY = "Zyxcanary";

async function scene() {
  const db = await testDatabase();
  const app = { db, env: { SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM } } as never;
  const product = await aProduct(app);
  const words = { givenName: CANARY, familyName: CANARY, description: `I, ${CANARY}, am cross`, design: `Mug of ${CANARY}`, photo: `${CANARY}.png` };
  const ana = await aCustomerWithEverything(app, CANARY.toLowerCase(), product, words);
  const bea = await aCustomerWithEverything(app, "bea", product, { photo: "bea.png" });
  await addTheRest(db, ana);
  await addTwin(db, ana.partyId);
  await addWords(db, ana.partyId);
  return { db, ana, bea };
}

/** Written down once more, and made one with the record that was there. */
async function addTwin(db: Database, partyId: number) {
  await db.write(async (tx) => {
    const postal = { line1: `${CANARY} lane`, postcode: "1", city: "K", country: "PL" };
    const twin = await createParty(tx, by, { kind: "person", givenName: CANARY, familyName: `${CANARY}a`, number: CANARY, postal, locale: "en", source: "staff" });
    if (!twin.ok) throw new Error(twin.reason);
    await keepApart(tx, by, partyId, twin.partyId, false);
  });
  while ((await lookForDoubles({ db, clock: () => now })) > 0);
  const [twin] = await db.read.raw<{ id: number }>("SELECT id FROM parties WHERE number = ?", [CANARY]);
  await db.write((tx) => mergeParties(tx, by, { survivorId: partyId, mergedId: Number(twin!.id) }));
}

async function addWords(db: Database, partyId: number) {
  await db.write(async (tx) => {
    await addTag(tx, by, partyId, "vip");
    await writeNote(tx, by, partyId, `${CANARY} likes tea`);
    await createCustomField(tx, by, { key: "motto", type: "text", words: { en: { name: "Motto", description: "" } } });
    await setCustomValue(tx, by, partyId, "motto", `Once ${CANARY}`);
    await setCustomValue(tx, by, partyId, "motto", `Twice ${CANARY}`);
    await logContact(tx, by, { partyId, channel: "phone", direction: "in", subject: `${CANARY} rang`, text: CANARY, at: now, submissionKey: "call" });
  });
}

async function addTheRest(db: Database, { partyId, email, case: publicId }: { partyId: number; email: string; case: string }) {
  await db.write(async (tx) => {
    const topicId = await aTopic(tx, by, "news");
    await recordConsent(tx, by, { partyId, topicId, channel: "phone", state: "granted", wordingVersion: "spoken", wording: `${CANARY} said yes`, source: "phone", remoteAddress: "203.0.113.77" });
    await recordEvent(tx, by, { partyId, kind: "mail_clicked", data: { subject: `For ${CANARY}` } });
    await askToSignUp(tx, by, { email, name: CANARY, locale: "en", topicIds: [topicId], wordingVersion: "v", wording: "w", remoteAddress: "203.0.113.77" });
    await suppress(tx, by, { address: email, scope: "all", reason: "hard_bounce", source: "test" });
    await keepDraft(tx, { kind: "staff", id: 1, role: "support", name: "S", locale: "en" }, `reply:${publicId}`, { body: `Dear ${CANARY}` }, now);
    await keepDraft(tx, { kind: "customer", partyId, loginId: 1, name: CANARY, locale: "en" }, `message:${publicId}` as never, { body: CANARY }, now);
    await tx.update(orders).set({ deliveryAddress: { line1: `${CANARY} street`, postcode: "1", city: "K", country: "PL" } }).where(eq(orders.partyId, partyId));
    const segment = await createSegment(tx, by, { name: "all", rules: EVERYBODY });
    await enter(tx, segment.segmentId, [partyId], now);
    await tx.insert(inboundMails).values({
      publicId: "in-1", contentKey: "k", door: "webhook", fromAddress: email, fromName: CANARY, subject: `From ${CANARY}`, kind: "message", outcome: "unknown_sender",
      text: `Yours, ${CANARY}`, files: [`${CANARY}.pdf`], isProved: false, receivedAt: now,
    });
    const { deliveryId } = await queueNotice(tx, by, { class: "transactional", to: { address: email, name: CANARY, partyId }, template: "case_reply", locale: "en", values: { message: CANARY }, dedupeKey: "x" });
    await tx.insert(handovers).values({ deliveryId, attempt: 0, epoch: 0, intentAt: now, words: `550 no ${email}` });
    await tx.insert(providerEvents).values({ provider: "sendgrid", eventId: "e", type: "open", deliveryId, at: now, receivedAt: now, payload: { email } });
    await tx.insert(trackingHits).values({ deliveryId, kind: "open", at: now, method: "GET", userAgent: `Agent ${CANARY}`, remoteAddress: "203.0.113.77", judgement: "unknown", judgedBy: "t" });
  });
}

/** Everything, as a thief of the disk (SQLite) or of a dump would read it. */
function wholeDatabase(db: Database): string {
  const where = settingsOf(db);
  if ("DATABASE_URL" in where) return execFileSync("pg_dump", ["--inserts", where.DATABASE_URL], { encoding: "utf8", maxBuffer: 1e9 });
  rewriteFile(where.DATABASE_FILE);
  return readFileSync(where.DATABASE_FILE, "latin1") + readFileSync(`${where.DATABASE_FILE}-wal`, "latin1");
}

/** Mutants: any line taken out of HOLDINGS, or its `erase` made null, leaves the canary where it was. */
test.runIf(hasDatabase())("erased, nothing of a person is left in rows, file or dump; the export before it had all of it", async () => {
  const { db, ana, bea } = await scene();
  const copy = await exportPerson(db.read, ana.party, now);
  const filledTables = HOLDINGS.map(({ table }) => table).filter((table) => copy!.tables[table]!.length > 0);
  expect(HOLDINGS.map(({ table }) => table).filter((table) => !filledTables.includes(table))).toEqual(["customer_sessions", "login_tokens", "shipments", "payments", "invoices", "kept_mail_staff", "worth_days", "customer_habits"]);
  expect(JSON.stringify(copy)).not.toMatch(/password_hash|token_hash|bea\.of\.the\.test/);
  for (const part of [ana.email, "am cross", "203.0.113.77", `${CANARY} street`, `Dear ${CANARY}`]) expect(JSON.stringify(copy)).toContain(part);

  const theirs = async () => JSON.stringify({ ...(await exportPerson(db.read, bea.party, now)), tables: { ...(await exportPerson(db.read, bea.party, now))!.tables, stop_log: [] } });
  const before = await theirs();
  const erased = await db.write((tx) => erasePerson(tx, by, { publicId: ana.party, reason: "asked by telephone" }));
  expect(erased).toMatchObject({ ok: true, receipt: { person: ana.party, marks: 1, reason: "asked by telephone" } });
  expect(JSON.stringify(erased)).not.toMatch(new RegExp(CANARY, "i"));
  expect(await theirs()).toBe(before);
  expect(await db.write((tx) => erasePerson(tx, by, { publicId: ana.party, reason: "again" }))).toEqual({ ok: false, reason: "erased_already" });

  const all = wholeDatabase(db);
  expect(all.match(new RegExp(`.{0,60}(${CANARY}|203\\.0\\.113\\.77).{0,40}`, "gi")) ?? []).toEqual([]);
  expect(all).toContain("Familyofbea");
  expect(await findParty(db.read, ana.partyId)).toMatchObject({ name: "–", erasedAt: now, searchText: "" });
  const marks = await db.read.select().from(suppressions).where(eq(suppressions.addressHash, hashAddress(ana.email)));
  expect(marks.map(({ scope, reason, address }) => [scope, reason, address]).toSorted()).toEqual([["all", "hard_bounce", null], ["marketing", "erased", null]]);
  const mails = await db.read.select().from(deliveries).where(eq(deliveries.partyId, ana.partyId));
  expect(mails.filter((mail) => mail.state === "queued")).toEqual([]);
  expect(mails.some((mail) => mail.reason === "erased")).toBe(true);
});

/** Mutant: without the step the server's words, which name the address, stay. */
test.runIf(hasDatabase())("what ends after the erasure is emptied too", async () => {
  const { db, ana } = await scene();
  await db.write((tx) => erasePerson(tx, by, { publicId: ana.party, reason: "asked" }));
  expect(await emptyLateRows({ db, clock: () => now })).toBe(0);
  await db.write((tx) => tx.update(deliveries).set({ words: `250 ok ${CANARY}`, subject: CANARY }).where(eq(deliveries.partyId, ana.partyId)));
  expect(await emptyLateRows({ db, clock: () => now })).toBeGreaterThan(0);
  expect(await emptyLateRows({ db, clock: () => now })).toBe(0);
  expect(JSON.stringify(await exportPerson(db.read, ana.party, now))).not.toContain(CANARY);
});

/** A table made tomorrow that points at a person, or at something of theirs, must be a holding, or be named here with why not. */
test.runIf(hasDatabase())("no table that belongs to a person is forgotten", async () => {
  const db = await testDatabase();
  const links =
    db.dialect === "sqlite"
      ? await db.read.raw<{ child: string; parent: string }>(`SELECT m.name AS child, f."table" AS parent FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`)
      : await db.read.raw<{ child: string; parent: string }>(
          "SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint WHERE contype = 'f'",
        );
  const named =
    db.dialect === "sqlite"
      ? await db.read.raw<{ name: string }>("SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'party_id'")
      : await db.read.raw<{ name: string }>("SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'party_id' AND table_schema = 'public'");
  const reached = new Set(["parties", ...named.map((row) => row.name)]);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const { child, parent } of links) if (reached.has(parent)) reached.add(child);
  }
  const holdings = new Set(HOLDINGS.map(({ table }) => table));
  expect([...reached].filter((table) => !holdings.has(table))).toEqual([]);
});
