/** What staff read: the queue, a case with its whole thread (notes too), and the customer beside it. */
import { and, asc, desc, eq, inArray, ne, type SQL } from "drizzle-orm";

import { countAll } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { customerMetrics, parties } from "../customers/schema";
import { listMailsOf } from "../deliveries/deliveries.server";
import { inboundMails } from "../deliveries/schema";
import { orderLines, orders } from "../orders/schema";
import type { DeskView } from "./desk-view";
import { needsUs, rankQueue, type Ranked } from "./queue";
import { attachments, caseLines, cases, interactions } from "./schema";

/** More open cases than this are cut off at the calm end by age; a desk with so many has other troubles. */
const MOST_OPEN = 5_000;
const PAGE = 100;

const queueColumns = {
  id: cases.id,
  publicId: cases.publicId,
  number: cases.number,
  type: cases.type,
  status: cases.status,
  subject: cases.subject,
  decision: cases.decision,
  receivedAt: cases.receivedAt,
  statutoryDueAt: cases.statutoryDueAt,
  answeredAt: cases.answeredAt,
  lastCustomerAt: cases.lastCustomerAt,
  lastStaffAt: cases.lastStaffAt,
  assigneeId: cases.assigneeId,
  assignee: staffUsers.name,
  customer: parties.name,
  spendMinor: customerMetrics.spendMinor,
  currency: customerMetrics.currency,
};

export type DeskRow = Awaited<ReturnType<typeof selectRows>>[number];
export type DeskQueue = { rows: Ranked<DeskRow>[]; total: number; counts: Record<Exclude<DeskView, "closed">, number> };

/** The queue as it is to be worked on, with the reason for each place (queue.ts). */
export async function listQueue(db: Reader, input: { view: DeskView; staffId: number; now: number; zone: string }): Promise<DeskQueue> {
  const { view, staffId, now, zone } = input;
  const open = await selectRows(db, ne(cases.status, "closed"), MOST_OPEN);
  const due = open.filter((row) => needsUs(row, now, zone));
  const views = {
    all: due,
    mine: due.filter((row) => row.assigneeId === staffId),
    unassigned: due.filter((row) => row.assigneeId === null),
    waiting: open.filter((row) => row.status === "waiting" || row.status === "answered"),
  };
  const counts = { all: views.all.length, mine: views.mine.length, unassigned: views.unassigned.length, waiting: views.waiting.length };
  if (view === "closed") {
    const closed = await selectRows(db, eq(cases.status, "closed"), PAGE);
    const [{ total } = { total: 0 }] = await db.select({ total: countAll }).from(cases).where(eq(cases.status, "closed"));
    const byPlace = new Map(rankQueue(closed, now, zone).map((ranked) => [ranked.row.id, ranked]));
    return { rows: closed.map((row) => byPlace.get(row.id)!), total, counts };
  }
  const ranked = rankQueue(views[view], now, zone);
  return { rows: ranked.slice(0, PAGE), total: ranked.length, counts };
}

/** Closed cases by when they were closed; open ones as they come, since the queue puts them into its own order. */
async function selectRows(db: Reader, where: SQL, limit: number) {
  const rows = await db
    .select(queueColumns)
    .from(cases)
    .innerJoin(parties, eq(parties.id, cases.partyId))
    .leftJoin(customerMetrics, eq(customerMetrics.partyId, cases.partyId))
    .leftJoin(staffUsers, eq(staffUsers.id, cases.assigneeId))
    .where(where)
    .orderBy(desc(cases.closedAt), asc(cases.receivedAt), asc(cases.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, spendMinor: row.spendMinor ?? 0, currency: row.currency ?? "EUR" }));
}

export type DeskCase = NonNullable<Awaited<ReturnType<typeof findDeskCase>>>;

export async function findDeskCase(db: Reader, publicId: string) {
  const [found] = await db
    .select({
      ...queueColumns,
      version: cases.version,
      campaignId: cases.campaignId,
      closedAt: cases.closedAt,
      locale: cases.locale,
      partyId: cases.partyId,
      partyPublicId: parties.publicId,
    })
    .from(cases)
    .innerJoin(parties, eq(parties.id, cases.partyId))
    .leftJoin(customerMetrics, eq(customerMetrics.partyId, cases.partyId))
    .leftJoin(staffUsers, eq(staffUsers.id, cases.assigneeId))
    .where(eq(cases.publicId, publicId));
  if (!found) return null;
  const lines = await db
    .select({
      reason: caseLines.reason,
      quantity: caseLines.quantity,
      noticedOn: caseLines.noticedOn,
      wantedRemedy: caseLines.wantedRemedy,
      grantedRemedy: caseLines.grantedRemedy,
      name: orderLines.name,
      sku: orderLines.sku,
      totalMinor: orderLines.totalMinor,
      currency: orders.currency,
      orderNumber: orders.number,
      orderPublicId: orders.publicId,
      deliveredAt: orders.deliveredAt,
    })
    .from(caseLines)
    .innerJoin(orderLines, eq(orderLines.id, caseLines.orderLineId))
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(eq(caseLines.caseId, found.id))
    .orderBy(asc(caseLines.id));
  return { ...found, spendMinor: found.spendMinor ?? 0, currency: found.currency ?? "EUR", lines };
}

export type ThreadEntry = Awaited<ReturnType<typeof listThread>>[number];

/** The whole thread, notes too, oldest first. */
export async function listThread(db: Reader, caseId: number) {
  const entries = await db
    .select({
      id: interactions.id,
      publicId: interactions.publicId,
      direction: interactions.direction,
      visibility: interactions.visibility,
      channel: interactions.channel,
      body: interactions.body,
      at: interactions.at,
      outcome: interactions.outcome,
      sender: inboundMails.fromAddress,
      isProved: inboundMails.isProved,
      files: inboundMails.files,
      original: inboundMails.publicId,
      author: staffUsers.name,
      authorId: staffUsers.id,
    })
    .from(interactions)
    .leftJoin(staffUsers, eq(staffUsers.id, interactions.authorStaffId))
    .leftJoin(inboundMails, eq(inboundMails.id, interactions.inboundMailId))
    .where(eq(interactions.caseId, caseId))
    .orderBy(asc(interactions.at), asc(interactions.id))
    .limit(1_000);
  const ids = entries.map((entry) => entry.id);
  const photos = ids.length === 0 ? [] : await db
    .select({ interactionId: attachments.interactionId, publicId: attachments.publicId, filename: attachments.filename })
    .from(attachments)
    .where(inArray(attachments.interactionId, ids))
    .orderBy(asc(attachments.id));
  return entries.map((entry) => ({
    ...entry,
    photos: photos.filter((photo) => photo.interactionId === entry.id).map(({ publicId, filename }) => ({ publicId, filename })),
  }));
}

export type CustomerBeside = Awaited<ReturnType<typeof readCustomerBeside>>;

/** The customer beside the case: worth, last orders, other cases, and whether marketing reaches them now. */
export async function readCustomerBeside(db: Reader, partyId: number, caseId: number, now: number) {
  const [party] = await db
    .select({
      publicId: parties.publicId,
      name: parties.name,
      country: parties.country,
      locale: parties.locale,
      tier: parties.tier,
      lifecycleStage: parties.lifecycleStage,
      createdAt: parties.createdAt,
      marketingPausedUntil: parties.marketingPausedUntil,
      ordersCount: customerMetrics.ordersCount,
      spendMinor: customerMetrics.spendMinor,
      currency: customerMetrics.currency,
      lastOrderAt: customerMetrics.lastOrderAt,
      complaintsCount: customerMetrics.complaintsCount,
      openComplaints: customerMetrics.openComplaints,
    })
    .from(parties)
    .leftJoin(customerMetrics, eq(customerMetrics.partyId, parties.id))
    .where(eq(parties.id, partyId));
  const lastOrders = await db
    .select({ publicId: orders.publicId, number: orders.number, status: orders.status, totalMinor: orders.totalMinor, currency: orders.currency, placedAt: orders.placedAt })
    .from(orders)
    .where(eq(orders.partyId, partyId))
    .orderBy(desc(orders.placedAt), desc(orders.id))
    .limit(5);
  const otherCases = await db
    .select({ publicId: cases.publicId, number: cases.number, subject: cases.subject, status: cases.status, receivedAt: cases.receivedAt })
    .from(cases)
    .where(and(eq(cases.partyId, partyId), ne(cases.id, caseId)))
    .orderBy(desc(cases.receivedAt), desc(cases.id))
    .limit(5);
  const lastMails = (await listMailsOf(db, partyId)).rows.slice(0, 5).map(({ publicId, subject, acceptedAt }) => ({ publicId, subject, acceptedAt }));
  const { marketingPausedUntil, openComplaints, ...about } = party!;
  const pausedByCustomer = marketingPausedUntil !== null && marketingPausedUntil > now ? marketingPausedUntil : null;
  return { ...about, openComplaints: openComplaints ?? 0, marketingStopped: (openComplaints ?? 0) > 0, pausedByCustomer, lastOrders, otherCases, lastMails };
}

/** Who may be given a case. */
export async function listDeskStaff(db: Reader): Promise<{ id: number; name: string }[]> {
  const rows = await db
    .select({ id: staffUsers.id, name: staffUsers.name, role: staffUsers.role, disabledAt: staffUsers.disabledAt })
    .from(staffUsers)
    .orderBy(asc(staffUsers.name), asc(staffUsers.id));
  return rows.filter((row) => row.disabledAt === null && row.role !== "marketer").map(({ id, name }) => ({ id, name }));
}

/** What of the desk is due, for the staff's home. */
export async function countDesk(db: Reader, input: { staffId: number; now: number; zone: string }): Promise<{ overdue: number; today: number; soon: number; mine: number; all: number }> {
  const open = await selectRows(db, ne(cases.status, "closed"), MOST_OPEN);
  const ranked = rankQueue(open.filter((row) => needsUs(row, input.now, input.zone)), input.now, input.zone);
  const of = (risk: string) => ranked.filter(({ reason }) => reason.risk === risk).length;
  return { overdue: of("overdue"), today: of("today"), soon: of("soon"), mine: ranked.filter(({ row }) => row.assigneeId === input.staffId).length, all: ranked.length };
}
