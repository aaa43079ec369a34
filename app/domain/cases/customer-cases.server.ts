/**
 * What customers read of their cases. Every query here carries the party and, where messages are read, visibility
 * `public`: a staff note cannot come out of this file.
 */
import { and, asc, desc, eq, inArray, isNotNull, ne, sql } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { orderLines, orders } from "../orders/schema";
import type { CustomerActor } from "../journal/actor";
import { listDrafts } from "./drafts.server";
import { attachments, caseLines, cases, interactions } from "./schema";

const shown = {
  publicId: cases.publicId,
  number: cases.number,
  type: cases.type,
  status: cases.status,
  subject: cases.subject,
  decision: cases.decision,
  receivedAt: cases.receivedAt,
  startedAt: cases.startedAt,
  statutoryDueAt: cases.statutoryDueAt,
  answeredAt: cases.answeredAt,
  closedAt: cases.closedAt,
  lastCustomerAt: cases.lastCustomerAt,
  lastStaffAt: cases.lastStaffAt,
};

/** What others wrote about a customer's mail is not theirs to read: a case of nothing else is not shown. */
const holdsSomething = sql`exists (select 1 from interactions i where i.case_id = ${cases.id} and i.visibility = 'public')`;

export type CustomerCase = Awaited<ReturnType<typeof listCasesOf>>[number];

/** Newest first; a customer's cases are few, so they come in one page of at most `limit`. */
export async function listCasesOf(db: Reader, partyId: number, limit = 100) {
  return db.select(shown).from(cases).where(and(eq(cases.partyId, partyId), holdsSomething)).orderBy(desc(cases.receivedAt), desc(cases.id)).limit(limit);
}

/** Open cases where the last word is ours, or an answer is still owed: the cards of the portal's home. */
export async function listOpenCasesOf(db: Reader, partyId: number, limit = 20) {
  return db
    .select(shown)
    .from(cases)
    .where(and(eq(cases.partyId, partyId), ne(cases.status, "closed"), holdsSomething))
    .orderBy(desc(cases.receivedAt), desc(cases.id))
    .limit(limit);
}

/** One of the customer's own cases with what it is about, or null. `id` is for commands, not for the page. */
export async function findCaseOf(db: Reader, partyId: number, publicId: string) {
  const [found] = await db.select({ ...shown, id: cases.id }).from(cases).where(and(eq(cases.publicId, publicId), eq(cases.partyId, partyId)));
  if (!found) return null;
  const lines = await db
    .select({
      reason: caseLines.reason,
      quantity: caseLines.quantity,
      noticedOn: caseLines.noticedOn,
      wantedRemedy: caseLines.wantedRemedy,
      grantedRemedy: caseLines.grantedRemedy,
      name: orderLines.name,
      orderNumber: orders.number,
      orderPublicId: orders.publicId,
    })
    .from(caseLines)
    .innerJoin(orderLines, eq(orderLines.id, caseLines.orderLineId))
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(caseLines.caseId, found.id), eq(orders.partyId, partyId)))
    .orderBy(asc(caseLines.id));
  return { ...found, lines };
}

export type CustomerMessage = Awaited<ReturnType<typeof listMessagesOf>>[number];

/** The thread as the customer sees it, oldest first. */
export async function listMessagesOf(db: Reader, partyId: number, caseId: number) {
  const isTheirs = and(eq(interactions.caseId, caseId), eq(interactions.partyId, partyId), eq(interactions.visibility, "public"));
  const messages = await db
    .select({
      publicId: interactions.publicId,
      direction: interactions.direction,
      channel: interactions.channel,
      body: interactions.body,
      at: interactions.at,
      outcome: interactions.outcome,
      /** The given name only: customers need to know a person answers, not who to look up. */
      author: sql<string | null>`${staffUsers.name}`,
      id: interactions.id,
    })
    .from(interactions)
    .leftJoin(staffUsers, eq(staffUsers.id, interactions.authorStaffId))
    .where(isTheirs)
    .orderBy(asc(interactions.at), asc(interactions.id))
    .limit(500);
  const ids = messages.map((message) => message.id);
  const photos = ids.length === 0 ? [] : await db
    .select({ interactionId: attachments.interactionId, publicId: attachments.publicId, filename: attachments.filename })
    .from(attachments)
    .where(and(inArray(attachments.interactionId, ids), eq(attachments.partyId, partyId), eq(attachments.visibility, "public")))
    .orderBy(asc(attachments.id));
  return messages.map(({ id, author, ...message }) => ({
    ...message,
    author: author?.split(" ")[0] ?? null,
    photos: photos.filter((photo) => photo.interactionId === id).map(({ publicId, filename }) => ({ publicId, filename })),
  }));
}

/** A case by the key of the form that filed it, where the form is sent again. */
export async function findCaseBySubmission(db: Reader, partyId: number, submissionKey: string): Promise<string | null> {
  const [row] = await db
    .select({ publicId: cases.publicId })
    .from(interactions)
    .innerJoin(cases, eq(cases.id, interactions.caseId))
    .where(and(eq(interactions.submissionKey, submissionKey), eq(interactions.partyId, partyId)));
  return row?.publicId ?? null;
}

/** What can be complained about: the lines of orders that were not cancelled, newest order first. */
export async function listComplainableLines(db: Reader, partyId: number, limit = 60) {
  return db
    .select({
      publicId: orderLines.publicId,
      name: orderLines.name,
      quantity: orderLines.quantity,
      orderNumber: orders.number,
      placedAt: orders.placedAt,
      deliveredAt: orders.deliveredAt,
      status: orders.status,
    })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orders.partyId, partyId), ne(orders.status, "cancelled")))
    .orderBy(desc(orders.placedAt), desc(orders.id), asc(orderLines.position))
    .limit(limit);
}

export async function findComplainableLine(db: Reader, partyId: number, publicId: string) {
  const [line] = await db
    .select({
      publicId: orderLines.publicId,
      name: orderLines.name,
      quantity: orderLines.quantity,
      orderNumber: orders.number,
      orderPublicId: orders.publicId,
      placedAt: orders.placedAt,
      deliveredAt: orders.deliveredAt,
    })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orders.partyId, partyId), eq(orderLines.publicId, publicId), ne(orders.status, "cancelled")));
  return line ?? null;
}

/** Cases of this customer that lie on the lines of one order, for the order's page. */
export async function listCasesOnOrder(db: Reader, partyId: number, orderId: number) {
  return db
    .select(shown)
    .from(cases)
    .where(and(eq(cases.partyId, partyId), eq(cases.orderId, orderId), isNotNull(cases.orderId)))
    .orderBy(desc(cases.receivedAt), desc(cases.id));
}

/** Complaints begun and not sent, the last touched first: the line's public id, and its name for as long as it can be complained about. */
export async function listComplaintDrafts(db: Reader, customer: CustomerActor): Promise<{ line: string; name: string; updatedAt: number }[]> {
  const kept = (await listDrafts(db, customer)).flatMap(({ key, updatedAt }) => (key.startsWith("complaint:") ? [{ line: key.slice(10), updatedAt }] : []));
  if (kept.length === 0) return [];
  const lines = await db
    .select({ line: orderLines.publicId, name: orderLines.name })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orders.partyId, customer.partyId), ne(orders.status, "cancelled"), inArray(orderLines.publicId, kept.map((draft) => draft.line))));
  return kept
    .flatMap((draft) => lines.filter((line) => line.line === draft.line).map((line) => ({ ...line, updatedAt: draft.updatedAt })))
    .sort((a, b) => b.updatedAt - a.updatedAt);
}
