/** Mails that staff hand over from their own mail program: with our address in Bcc, or forwarded to it. */
import { randomBytes } from "node:crypto";

import { eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { findStaffByEmail } from "../accounts/staff.server";
import { getCompany } from "../company/company.server";
import { headerOf, type IncomingMail } from "../deliveries/returned/incoming-mail";
import { readMail } from "../deliveries/returned/read-mail.server";
import type { By, StaffActor } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { readForwarded } from "./forwarded";
import { concernedBy, keepMail, ownAddresses, type KeepingEnv, type Kept } from "./keeping.server";
import { LOG_TOKEN, logAddressFor } from "./log-address";
import { logAddresses } from "./schema";
import { toldFrom, writtenAt, type Told } from "./told-mail";

/** What may be in a mail that was handed over: itself, and those that it forwards. Read outside the transaction. */
export type HandedOver = { mail: IncomingMail; attached: Told[] };

const MOST_FORWARDED = 10;

export async function readHandedOver(mail: IncomingMail, now: number): Promise<HandedOver> {
  const attached: Told[] = [];
  for (const { bytes } of mail.parts.filter(({ type }) => type === "message/rfc822").slice(0, MOST_FORWARDED)) attached.push(toldFrom(await readMail(bytes), now));
  return { mail, attached: attached.filter(({ from }) => from !== null) };
}

/**
 * refused: not by whose address it is; logged: on timelines; unfiled: waits for somebody to say whose it is; ignored: there
 * already, or nobody's business.
 */
export type Logged = { outcome: "refused" | "logged" | "unfiled" | "ignored"; mailId: number | null };

export async function logHandedOver(tx: Tx, by: By, env: KeepingEnv, token: string, { mail, attached }: HandedOver): Promise<Logged> {
  const staff = await findStaffByToken(tx, token);
  const outer = toldFrom(mail, by.now);
  if (!staff || outer.from === null) return { outcome: "refused", mailId: null };
  const own = await ownAddresses(tx, env);
  // Whoever answers to all may have the address by now: as another colleague nobody writes by it.
  const colleague = await findStaffByEmail(tx, outer.from.address);
  if (colleague && colleague.id !== staff.id) return { outcome: "refused", mailId: null };
  const isTheirs = own.has(outer.from.address);
  const { timeZone } = await getCompany(tx);
  const theirs: By = { actor: { kind: "staff", id: staff.id, role: staff.role, name: staff.name, locale: staff.locale } satisfies StaffActor, now: by.now };
  const retold = isTheirs && (await concernedBy(tx, own, outer)).length === 0 ? forwardedIn(mail, attached, timeZone, writtenAt(headerOf(mail, "date"), by.now)) : [];
  const results: Kept[] = [];
  for (const told of retold.length ? retold : [outer]) results.push(await keepMail(tx, theirs, { told, own, staffId: staff.id, door: retold.length ? "forwarded" : "bcc", mayWait: true }));
  await noteChange(tx, by, "inbound");
  return asLogged(results);
}

function forwardedIn(mail: IncomingMail, attached: Told[], zone: string, at: number): Told[] {
  if (attached.length) return attached;
  const inText = readForwarded(mail.text, zone, at);
  return inText ? [{ ...inText, ...filesOf(toldFrom(mail, at)) }] : [];
}

/** What was attached to the forwarded mail goes along with it. */
function filesOf({ files, filesLeftOut }: Told): Pick<Told, "files" | "filesLeftOut"> {
  return { files, filesLeftOut };
}

function asLogged(results: readonly Kept[]): Logged {
  const kept = results.filter((one) => one.ok);
  const waiting = kept.find(({ concerned }) => concerned.length === 0);
  if (waiting) return { outcome: "unfiled", mailId: waiting.mailId };
  return kept[0] ? { outcome: "logged", mailId: kept[0].mailId } : { outcome: "ignored", mailId: null };
}

async function findStaffByToken(db: Reader, token: string) {
  if (!LOG_TOKEN.test(token)) return null;
  const [row] = await db.select({ user: staffUsers }).from(logAddresses).innerJoin(staffUsers, eq(staffUsers.id, logAddresses.staffId)).where(eq(logAddresses.token, token));
  return row && row.user.disabledAt === null ? row.user : null;
}

// ── the address ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Null where none was made yet, or no mailbox is there for it. */
export async function findLogAddress(db: Reader, staffId: number, bounceAddress: string | undefined): Promise<string | null> {
  if (!bounceAddress) return null;
  const [row] = await db.select({ token: logAddresses.token }).from(logAddresses).where(eq(logAddresses.staffId, staffId));
  return row ? logAddressFor(row.token, bounceAddress) : null;
}

/** Makes the address, or a new one in the place of one that others have come to know: the former takes no mail from then on. */
export async function makeLogAddress(tx: Tx, by: By, staffId: number): Promise<void> {
  const token = [...randomBytes(16)].map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
  await tx.insert(logAddresses).values({ staffId, token, createdAt: by.now }).onConflictDoUpdate({ target: logAddresses.staffId, set: { token, createdAt: by.now } });
  await recordAudit(tx, by, "makeLogAddress", { type: "staff", id: staffId });
}
