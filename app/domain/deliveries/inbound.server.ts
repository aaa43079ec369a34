/** What came in, as staff read it: each mail once, with what followed; and how the mailbox fares. */
import { and, desc, eq, inArray, isNull, lt } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { inboundMails, mailboxes } from "./schema";

export type InboundMail = typeof inboundMails.$inferSelect;
export type InboundOutcome = InboundMail["outcome"];
export type NewInbound = Omit<InboundMail, "id" | "publicId" | "setAsideAt" | "keptMailId"> & Partial<Pick<InboundMail, "keptMailId">>;

export async function findInboundByKey(db: Reader, contentKey: string): Promise<InboundMail | null> {
  const [row] = await db.select().from(inboundMails).where(eq(inboundMails.contentKey, contentKey));
  return row ?? null;
}

/** All of it, for commands; pages read `findInbound`. */
export async function findInboundWhole(db: Reader, publicId: string): Promise<InboundMail | null> {
  const [row] = await db.select().from(inboundMails).where(eq(inboundMails.publicId, publicId));
  return row ?? null;
}

export async function keepInbound(tx: Tx, mail: NewInbound): Promise<number> {
  const [row] = await tx.insert(inboundMails).values({ ...mail, publicId: v7() }).returning({ id: inboundMails.id });
  return row!.id;
}

export async function settleInbound(tx: Tx, id: number, change: Partial<Pick<InboundMail, "outcome" | "caseId" | "partyId" | "isProved">>): Promise<void> {
  await tx.update(inboundMails).set(change).where(eq(inboundMails.id, id));
}

/** The case that answers to this mail of ours went to; null when there is none yet. */
export async function findCaseAnswering(db: Reader, deliveryId: number): Promise<number | null> {
  const [row] = await db
    .select({ caseId: inboundMails.caseId })
    .from(inboundMails)
    .where(and(eq(inboundMails.deliveryId, deliveryId), eq(inboundMails.outcome, "case")))
    .orderBy(desc(inboundMails.id))
    .limit(1);
  return row?.caseId ?? null;
}

const PAGE = 50;

/** What somebody should look at. */
export const OPEN_OUTCOMES = ["unknown_sender", "unmatched", "unfiled", "too_big", "failed"] as const satisfies readonly InboundOutcome[];

const shown = {
  id: inboundMails.id,
  publicId: inboundMails.publicId,
  fromAddress: inboundMails.fromAddress,
  fromName: inboundMails.fromName,
  subject: inboundMails.subject,
  kind: inboundMails.kind,
  outcome: inboundMails.outcome,
  isProved: inboundMails.isProved,
  files: inboundMails.files,
  deliveryId: inboundMails.deliveryId,
  caseId: inboundMails.caseId,
  keptMailId: inboundMails.keptMailId,
  receivedAt: inboundMails.receivedAt,
  setAsideAt: inboundMails.setAsideAt,
};

/** Newest first, 50 a page; `older` is the `before` of the page that follows. */
export async function listInbound(db: Reader, { before, onlyOpen }: { before?: number | undefined; onlyOpen: boolean }) {
  const rows = await db
    .select(shown)
    .from(inboundMails)
    .where(and(before ? lt(inboundMails.id, before) : undefined, onlyOpen ? and(inArray(inboundMails.outcome, [...OPEN_OUTCOMES]), isNull(inboundMails.setAsideAt)) : undefined))
    .orderBy(desc(inboundMails.id))
    .limit(PAGE + 1);
  return { rows: rows.slice(0, PAGE), older: rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null };
}

export async function findInbound(db: Reader, publicId: string) {
  const [row] = await db.select({ ...shown, text: inboundMails.text }).from(inboundMails).where(eq(inboundMails.publicId, publicId));
  return row ?? null;
}

/** Whether somebody should still look at it. */
export function isToBeLookedAt({ outcome, setAsideAt }: Pick<InboundMail, "outcome" | "setAsideAt">): boolean {
  return setAsideAt === null && (OPEN_OUTCOMES as readonly string[]).includes(outcome);
}

/** Nothing is to be done about it: it leaves the list of those to be looked at, and can still be filed. */
export async function setInboundAside(tx: Tx, by: By, publicId: string): Promise<boolean> {
  const [row] = await tx
    .update(inboundMails)
    .set({ setAsideAt: by.now })
    .where(and(eq(inboundMails.publicId, publicId), inArray(inboundMails.outcome, [...OPEN_OUTCOMES])))
    .returning({ id: inboundMails.id });
  if (!row) return false;
  await recordAudit(tx, by, "setInboundAside", { type: "inbound_mail", id: row.id });
  await noteChange(tx, by, "inbound");
  return true;
}

export type MailboxState = { name: string; readAt: number | null; error: string | null; errorAt: number | null; failures: number };

/** How the mailbox that is read fares; null when none ever was. `error` is what is wrong now, null after a good read. */
export async function mailboxState(db: Reader): Promise<MailboxState | null> {
  const [row] = await db
    .select({ name: mailboxes.name, readAt: mailboxes.readAt, error: mailboxes.error, errorAt: mailboxes.errorAt, failures: mailboxes.failures })
    .from(mailboxes)
    .orderBy(desc(mailboxes.readAt), desc(mailboxes.errorAt))
    .limit(1);
  return row ?? null;
}

/** The mail that staff handed over has gone to a customer, or is gone: nothing waits, and nothing of it stays here. */
export async function settleHandedOver(tx: Tx, keptMailId: number, to: "logged" | "removed"): Promise<void> {
  const emptied: Partial<InboundMail> = { fromAddress: null, fromName: null, subject: "", text: "", files: [], messageId: null, outcome: "ignored" };
  await tx.update(inboundMails).set(to === "logged" ? { outcome: "logged" as const } : emptied).where(eq(inboundMails.keptMailId, keptMailId));
}
