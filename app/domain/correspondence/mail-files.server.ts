/** Mails as files (.eml), as mail programs save them and people drag them out. */
import type { Tx } from "../../db/types";
import { readMail } from "../deliveries/returned/read-mail.server";
import type { By } from "../journal/actor";
import { concernedBy, keepMail, type Kept, type Own } from "./keeping.server";
import { LARGEST_MAIL_FILE } from "./mail-files";
import { toldFrom, type Told } from "./told-mail";

export type MailFileFault = "empty" | "too_big" | "outlook" | "not_a_mail";

/** What Outlook's own files begin with (MS-CFB 2.2). */
const OUTLOOK = "d0cf11e0a1b11ae1";

export async function readMailFile(bytes: Uint8Array, now: number): Promise<{ ok: true; told: Told } | { ok: false; reason: MailFileFault }> {
  if (bytes.byteLength === 0) return { ok: false, reason: "empty" };
  if (bytes.byteLength > LARGEST_MAIL_FILE) return { ok: false, reason: "too_big" };
  if (Buffer.from(bytes.subarray(0, 8)).toString("hex") === OUTLOOK) return { ok: false, reason: "outlook" };
  const mail = await readMail(bytes);
  const names = new Set(mail.headers.map(({ name }) => name));
  const told = toldFrom(mail, now);
  if (told.from === null || !["date", "message-id", "received", "to", "subject"].some((name) => names.has(name))) return { ok: false, reason: "not_a_mail" };
  return { ok: true, told };
}

/** asks: none of its addresses is this customer's; it waits for an answer, and stands on nobody's timeline because of this. */
export type Dropped = { outcome: "kept" | "there" | "asks"; mail: string } | { outcome: "on_record" | "removed"; mail: null };

/** A mail that was dropped on a customer's page. */
export async function dropMail(tx: Tx, by: By, { told, own, partyId, staffId }: { told: Told; own: Own; partyId: number; staffId: number | null }): Promise<Dropped> {
  const concerned = await concernedBy(tx, own, told);
  const isTheirs = concerned.some((one) => one.partyId === partyId);
  const kept = await keepMail(tx, by, { told, own, staffId, door: "file", mayWait: true, concerned: isTheirs ? concerned : [] });
  if (!kept.ok) return { outcome: kept.reason === "removed" ? "removed" : "on_record", mail: null };
  return { outcome: isTheirs ? (kept.isNew ? "kept" : "there") : "asks", mail: kept.publicId };
}

/** By its addresses alone; with `partyId` on that customer's timeline too, whatever they are. */
export async function logMailFile(tx: Tx, by: By, { told, own, partyId }: { told: Told; own: Own; partyId: number | null }): Promise<Kept> {
  const found = await concernedBy(tx, own, told);
  const isOurs = told.from !== null && own.has(told.from.address);
  const concerned = partyId === null || found.some((one) => one.partyId === partyId) ? found : [...found, { partyId, direction: isOurs ? ("out" as const) : ("in" as const) }];
  return keepMail(tx, by, { told, own, staffId: null, door: "file", mayWait: false, ...(partyId !== null && { concerned }) });
}
