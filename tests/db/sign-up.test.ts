/** Double opt-in, on both dialects. */
import { expect, test } from "vitest";

import { askToSignUp, confirmSignUp, findSignUp, listOpenSignUps, sweepSignUps } from "~/domain/accounts/sign-up.server";
import { findConsentState, listConsents, recordConsent } from "~/domain/customers/consents.server";
import { listContactPoints, noteEmail } from "~/domain/customers/contact-points.server";
import { findPartyByEmail } from "~/domain/customers/customers.server";
import { deliveries } from "~/domain/deliveries/schema";
import { isSuppressed, suppress } from "~/domain/deliveries/suppressions.server";
import type { Database } from "~/db/types";
import { hasDatabase, testDatabase } from "../support/database";
import { aConsent, aCustomer, at, aTopic } from "../support/factories";

const by = at();
const later = at(by.now + 60_000);
const DAY = 86_400_000;

async function asked(db: Database, email: string, topicIds: number[], remoteAddress = "192.0.2.7", when = by) {
  const taken = await db.write((tx) =>
    askToSignUp(tx, when, { email, name: "Ana Marija Kos", locale: "pl", topicIds, wordingVersion: "sign-up-1:pl", wording: "Zgadzam się", remoteAddress }),
  );
  const rows = await db.read.select().from(deliveries);
  const path = rows.findLast((row) => row.address === email)?.notice?.values.path;
  return { taken, mails: rows.length, token: String(path).split("/").at(-1) ?? "" };
}
const press = (db: Database, token: string, when = later) => db.write((tx) => confirmSignUp(tx, when, { token, remoteAddress: "198.51.100.9" }));

/** Mutants: recording before the press; keeping the row when it is taken. */
test.runIf(hasDatabase())("nobody is a customer before the press; then both steps stand in the log, once", async () => {
  const db = await testDatabase();
  const topicId = await db.write((tx) => aTopic(tx, by, "news"));
  const { token } = await asked(db, "Ana.Kos@Example.com", [topicId]);
  expect(await findPartyByEmail(db.read, "ana.kos@example.com")).toBeNull();
  expect(await listOpenSignUps(db.read, ["ana.kos@example.com"])).toMatchObject([{ askedAt: by.now, wording: "Zgadzam się", remoteAddress: "192.0.2.7" }]);
  for (let i = 0; i < 2; i++) expect((await findSignUp(db.read, { token, now: later.now }))?.email).toBe("Ana.Kos@Example.com");

  const pressed = await Promise.all([press(db, token), press(db, token), press(db, token)]);
  expect(pressed.filter((one) => one.ok)).toHaveLength(1);
  const party = await findPartyByEmail(db.read, "ana.kos@example.com");
  expect(party).toMatchObject({ givenName: "Ana", familyName: "Marija Kos", locale: "pl", source: "form" });
  const [granted, pending] = await listConsents(db.read, party!.id);
  const said = { topicId, channel: "email", source: "form", wordingVersion: "sign-up-1:pl", wording: "Zgadzam się" };
  expect(pending).toMatchObject({ ...said, state: "pending", at: by.now, remoteAddress: "192.0.2.7" });
  expect(granted).toMatchObject({ ...said, state: "granted", at: later.now, remoteAddress: "198.51.100.9", confirmsId: pending!.id });
  expect(await findConsentState(db.read, party!.id, topicId, "email")).toBe("granted");
  expect((await listContactPoints(db.read, party!.id))[0]?.verifiedAt).toBe(later.now);
  expect(await listOpenSignUps(db.read, ["ana.kos@example.com"])).toEqual([]);
});

test.runIf(hasDatabase())("a customer stays one and keeps their name; what they had said is not touched by the asking", async () => {
  const db = await testDatabase();
  const { partyId, email, topicId, other } = await db.write(async (tx) => {
    const [topicId, other] = [await aTopic(tx, by, "news"), await aTopic(tx, by, "tips")];
    const customer = await aCustomer(tx, by);
    await aConsent(tx, by, customer.partyId, topicId);
    return { ...customer, topicId, other };
  });
  const { token } = await asked(db, email, [topicId, other]);
  expect(await findConsentState(db.read, partyId, topicId, "email")).toBe("granted");
  expect(await press(db, token)).toEqual({ ok: true, partyId });
  expect(await findConsentState(db.read, partyId, other, "email")).toBe("granted");
  expect((await findPartyByEmail(db.read, email))?.givenName).toBe("Anna");
});

/** Mutant: giving the consent to whoever has the address on their record. */
test.runIf(hasDatabase())("an address noted on somebody's record does not speak for them", async () => {
  const db = await testDatabase();
  const { partyId, topicId } = await db.write(async (tx) => {
    const topicId = await aTopic(tx, by, "news");
    const { partyId } = await aCustomer(tx, by);
    await noteEmail(tx, by, partyId, "stranger@example.com");
    return { partyId, topicId };
  });
  const { token } = await asked(db, "stranger@example.com", [topicId]);
  const pressed = await press(db, token);
  expect(pressed.ok && pressed.partyId !== partyId).toBe(true);
  expect(await findConsentState(db.read, partyId, topicId, "email")).toBeNull();
});

test.runIf(hasDatabase())("a link runs out; what nobody confirmed is forgotten", async () => {
  const db = await testDatabase();
  const topicId = await db.write((tx) => aTopic(tx, by, "news"));
  const { token } = await asked(db, "ana@example.com", [topicId]);
  expect(await press(db, token, at(by.now + 3 * DAY))).toEqual({ ok: false, reason: "token" });
  expect(await db.write((tx) => sweepSignUps(tx, by.now + 3 * DAY))).toBe(0);
  expect(await db.write((tx) => sweepSignUps(tx, by.now + 4 * DAY))).toBe(1);
});

/** Mutant: without the address's limit the fourth mail leaves; answering with it would tell that somebody asked before. */
test.runIf(hasDatabase())("an address gets three mails an hour and nobody is told; a network that asks for many is refused", async () => {
  const db = await testDatabase();
  const topicId = await db.write((tx) => aTopic(tx, by, "news"));
  for (let i = 1; i <= 5; i++) expect(await asked(db, "ana@example.com", [topicId])).toMatchObject({ taken: { ok: true }, mails: Math.min(i, 3) });
  for (let i = 0; i < 25; i++) expect((await asked(db, `p${i}@example.com`, [topicId])).taken.ok).toBe(true);
  expect((await asked(db, "last@example.com", [topicId])).taken.ok).toBe(false);
  expect((await asked(db, "last@example.com", [topicId], "203.0.113.1")).taken.ok).toBe(true);
});

test.runIf(hasDatabase())("who was erased can come back by their own mailbox; other blocks stay", async () => {
  const db = await testDatabase();
  const topicId = await db.write(async (tx) => {
    await suppress(tx, by, { address: "back@example.com", scope: "marketing", reason: "erased", source: "erasure" });
    await suppress(tx, by, { address: "spam@example.com", scope: "marketing", reason: "spam_report", source: "sendgrid" });
    return aTopic(tx, by, "news");
  });
  for (const email of ["back@example.com", "spam@example.com"]) await press(db, (await asked(db, email, [topicId])).token);
  expect([await isSuppressed(db.read, "back@example.com"), await isSuppressed(db.read, "spam@example.com")]).toEqual([null, "marketing"]);
});

/** Mutant: without the triggers each of these goes through. */
test.runIf(hasDatabase())("the database itself refuses to change or remove what was said; of an erased person two columns can be emptied", async () => {
  const db = await testDatabase();
  const { partyId, other } = await db.write(async (tx) => {
    const topicId = await aTopic(tx, by, "news");
    const { partyId } = await aCustomer(tx, by);
    await recordConsent(tx, by, { partyId, topicId, channel: "email", state: "granted", wordingVersion: "v", wording: "Yes", source: "form", remoteAddress: "192.0.2.1" });
    return { partyId, other: (await aCustomer(tx, by)).partyId };
  });
  const run = (sql: string) => db.write((tx) => tx.raw(sql));
  const changes = ["state = 'withdrawn'", "at = 1", "wording = 'No'", "wording = NULL", "remote_address = NULL", "source = 'x'", "wording_version = 'w'", "confirms_id = 1", "legal_basis = 'contract'"];
  const refused = async (sql: string) => await expect(run(sql), sql).rejects.toThrow(/append-only|Failed query/);
  for (const change of changes) await refused(`UPDATE consents SET ${change}`);
  await refused("DELETE FROM consents");
  await run(`UPDATE consents SET party_id = ${other}`);
  await run(`UPDATE consents SET party_id = ${partyId}`);
  await run(`UPDATE parties SET erased_at = 1 WHERE id = ${partyId}`);
  for (const change of changes.filter((one) => !one.endsWith("NULL"))) await refused(`UPDATE consents SET ${change}`);
  await refused("DELETE FROM consents");
  await run("UPDATE consents SET wording = NULL, remote_address = NULL");
  expect((await listConsents(db.read, partyId))[0]).toMatchObject({ state: "granted", wording: null, remoteAddress: null, wordingVersion: "v" });
});
