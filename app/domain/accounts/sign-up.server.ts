/**
 * Double opt-in. Whoever types an address on the public form says nothing yet: a link goes to that mailbox, and only who
 * follows it and presses the button has agreed. Asking never looks at who is known, so that nothing can tell it.
 */
import { and, eq, gt, inArray, lte } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { getCompany } from "../company/company.server";
import { recordConsent } from "../customers/consents.server";
import { normalizeEmail } from "../customers/contact";
import { findPrimaryEmail, setPrimaryContact } from "../customers/contact-points.server";
import { createParty, findPartyByEmail } from "../customers/customers.server";
import { listTopics } from "../customers/topics.server";
import { queueNotice } from "../deliveries/deliveries.server";
import { liftMarkOfErasure } from "../deliveries/suppressions.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { networkOf, takePoints, type Taken } from "./limits.server";
import { signUps } from "./schema";
import { hashToken, makeToken } from "./secrets.server";
import { SIGN_UP_DAYS } from "./sign-up";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type SignUp = {
  email: string;
  name: string | null;
  locale: string;
  topicIds: number[];
  wordingVersion: string;
  wording: string;
  remoteAddress: string;
};

/**
 * Mails the link. An address that was asked for too often gets no further mail, and whoever asks is not told so; a
 * network that asks too often is refused.
 */
export async function askToSignUp(tx: Tx, by: By, input: SignUp): Promise<Taken> {
  const normalizedEmail = normalizeEmail(input.email);
  const network = await takePoints(tx, [{ key: ["sign-up-network", networkOf(input.remoteAddress)], points: 30, windowMs: HOUR }], by.now);
  if (!network.ok) return network;
  const limits = [
    { key: ["sign-up", normalizedEmail], points: 3, windowMs: HOUR },
    { key: ["sign-up-day", normalizedEmail], points: 8, windowMs: DAY },
  ] as const;
  const mayMail = (await takePoints(tx, limits, by.now)).ok;
  const token = makeToken();
  const tokenHash = hashToken(token);
  const expiresAt = by.now + SIGN_UP_DAYS * DAY;
  if (mayMail) {
    const [row] = await tx
      .insert(signUps)
      .values({ ...input, normalizedEmail, tokenHash, askedAt: by.now, expiresAt })
      .returning({ id: signUps.id });
    // No name: whoever typed it could have strangers read a text of theirs in a mail of ours.
    await queueNotice(tx, by, {
      class: "security",
      to: { address: input.email },
      template: "sign_up",
      locale: input.locale,
      values: { path: `/sign-up/confirm/${token}`, days: SIGN_UP_DAYS },
      dedupeKey: `sign_up:${tokenHash}`,
      expiresAt,
    });
    await recordAudit(tx, by, "askToSignUp", { type: "sign_up", id: row!.id });
  }
  return { ok: true };
}

export type OpenSignUp = { email: string; topicIds: number[]; wording: string };

/** What the link would confirm now. Opening its page confirms nothing: mail scanners open links. */
export async function findSignUp(db: Reader, { token, now }: { token: string; now: number }): Promise<OpenSignUp | null> {
  const [row] = await db
    .select({ email: signUps.email, topicIds: signUps.topicIds, wording: signUps.wording })
    .from(signUps)
    .where(and(eq(signUps.tokenHash, hashToken(token)), gt(signUps.expiresAt, now)));
  return row ?? null;
}

/** First steps of these addresses that nobody has confirmed. */
export async function listOpenSignUps(db: Reader, normalizedEmails: readonly string[]) {
  if (normalizedEmails.length === 0) return [];
  return db
    .select({ email: signUps.email, topicIds: signUps.topicIds, wordingVersion: signUps.wordingVersion, wording: signUps.wording, remoteAddress: signUps.remoteAddress, askedAt: signUps.askedAt, expiresAt: signUps.expiresAt })
    .from(signUps)
    .where(inArray(signUps.normalizedEmail, [...normalizedEmails]))
    .orderBy(signUps.askedAt)
    .limit(20);
}

/**
 * The button behind the link: of any number of presses one counts. Both steps go into the log of whoever's primary address
 * this is, or of a new customer.
 */
export async function confirmSignUp(
  tx: Tx,
  by: By,
  { token, remoteAddress }: { token: string; remoteAddress: string },
): Promise<{ ok: true; partyId: number } | { ok: false; reason: "token" }> {
  const [asked] = await tx
    .delete(signUps)
    .where(and(eq(signUps.tokenHash, hashToken(token)), gt(signUps.expiresAt, by.now)))
    .returning();
  if (!asked) return { ok: false, reason: "token" };
  const partyId = await whoSignedUp(tx, by, asked);
  await setPrimaryContact(tx, by, partyId, { kind: "email", value: asked.email, verifiedAt: by.now });
  await liftMarkOfErasure(tx, by, asked.email);
  const inUse = new Set((await listTopics(tx, "en")).map((topic) => topic.id));
  const { wordingVersion, wording } = asked;
  for (const topicId of asked.topicIds.filter((id) => inUse.has(id))) {
    const said = { partyId, topicId, channel: "email", wordingVersion, wording, source: "form" } as const;
    const confirmsId = await recordConsent(tx, by, { ...said, state: "pending", remoteAddress: asked.remoteAddress, at: asked.askedAt });
    await recordConsent(tx, by, { ...said, state: "granted", remoteAddress, confirmsId });
  }
  await recordAudit(tx, by, "confirmSignUp", { type: "party", id: partyId });
  return { ok: true, partyId };
}

/**
 * Whose consent it is: only of those whose mail goes to this mailbox. On somebody's record as a second address it may be a
 * stranger's; theirs is a record of its own.
 */
async function whoSignedUp(tx: Tx, by: By, { email, name, locale }: { email: string; name: string | null; locale: string }): Promise<number> {
  const known = await findPartyByEmail(tx, email);
  const primary = known && (await findPrimaryEmail(tx, known.id));
  if (known && primary && normalizeEmail(primary) === normalizeEmail(email)) return known.id;
  const [givenName, ...rest] = (name ?? "").split(/\s+/);
  const { timeZone } = await getCompany(tx);
  const made = await createParty(tx, by, { kind: "person", givenName, familyName: rest.join(" "), email, locale, timeZone, source: "form" });
  if (!made.ok) throw new Error(`sign-up: ${made.reason}`);
  return made.partyId;
}

/** Worker step. What nobody confirmed is forgotten a day after its link has run out. @returns how many */
export async function sweepSignUps(tx: Tx, now: number): Promise<number> {
  return (await tx.delete(signUps).where(lte(signUps.expiresAt, now - DAY)).returning({ id: signUps.id })).length;
}
