import { isNotNull } from "drizzle-orm";

import { staffUsers } from "../accounts/schema.ts";
import { parties } from "../customers/schema.ts";
import { orderLines, orders } from "../orders/schema.ts";
import { CASE_STATUSES, CASE_TYPES, COMPLAINT_REASONS, DECISIONS, REMEDIES } from "./case.ts";
import { bytes, day, id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";

export const cases = table(
  "cases",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** What people quote: C-1042. */
    number: text().notNull().unique(),
    type: oneOf([...CASE_TYPES]).notNull(),
    status: oneOf([...CASE_STATUSES]).notNull(),
    partyId: int().notNull().references(() => parties.id),
    orderId: int().references(() => orders.id),
    /** A reply to a campaign carries it. */
    campaignId: int(),
    subject: text().notNull(),
    locale: text().notNull(),
    assigneeId: int().references(() => staffUsers.id),
    decision: oneOf([...DECISIONS]),
    rootCause: text(),
    receivedAt: instant().notNull(),
    /** When somebody first took it up. */
    startedAt: instant(),
    /** Complaints: the last instant at which an answer is in time; silence after it means accepted. */
    statutoryDueAt: instant(),
    answeredAt: instant(),
    closedAt: instant(),
    lastCustomerAt: instant(),
    lastStaffAt: instant(),
    mergedIntoId: int(),
    /** Raised by every change of state; a change against an older version is refused. */
    version: int().notNull().default(1),
  },
  (t) => [
    index("cases_queue").on(t.status, t.statutoryDueAt, t.id),
    // With what segments ask of complaints: they read it alone.
    index("cases_party").on(t.partyId, t.receivedAt, t.id, t.type, t.status, t.decision),
    index("cases_order").on(t.orderId),
  ],
);

export const caseLines = table(
  "case_lines",
  {
    id: id(),
    caseId: int().notNull().references(() => cases.id),
    orderLineId: int().notNull().references(() => orderLines.id),
    quantity: int().notNull().default(1),
    reason: oneOf([...COMPLAINT_REASONS]).notNull(),
    noticedOn: day(),
    wantedRemedy: oneOf([...REMEDIES]).notNull(),
    grantedRemedy: oneOf([...REMEDIES]),
  },
  (t) => [index("case_lines_case").on(t.caseId), index("case_lines_order_line").on(t.orderLineId)],
);

/** Every message, call, letter, visit and internal note, on a case or on the customer alone. */
export const interactions = table(
  "interactions",
  {
    id: id(),
    publicId: text().notNull().unique(),
    partyId: int().notNull().references(() => parties.id),
    caseId: int().references(() => cases.id),
    channel: oneOf(["portal", "email", "phone", "letter", "visit"]).notNull(),
    direction: oneOf(["in", "out"]).notNull(),
    /** internal: notes between staff; never in a query that serves a customer. */
    visibility: oneOf(["public", "internal"]).notNull(),
    body: text().notNull(),
    authorStaffId: int().references(() => staffUsers.id),
    at: instant().notNull(),
    deliveryId: int(),
    /** The mail that it came by (inbound_mails): who sent it, and its words as they came. */
    inboundMailId: int(),
    messageId: text(),
    inReplyTo: text(),
    references: text(),
    outcome: text(),
    /** The key the sender's form carried: a repeated post does not write twice. */
    submissionKey: text().unique(),
  },
  (t) => [
    index("interactions_case").on(t.caseId, t.at, t.id),
    index("interactions_party").on(t.partyId, t.at, t.id),
    index("interactions_message").on(t.messageId),
  ],
);

export const attachments = table(
  "attachments",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** Null: of a stranger's letter, until staff say whose it is. */
    partyId: int().references(() => parties.id),
    inboundMailId: int(),
    caseId: int().references(() => cases.id),
    interactionId: int().references(() => interactions.id),
    filename: text().notNull(),
    contentType: text().notNull(),
    size: int().notNull(),
    sha256: text().notNull(),
    visibility: oneOf(["public", "internal"]).notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [index("attachments_case").on(t.caseId), index("attachments_interaction").on(t.interactionId), index("attachments_party").on(t.partyId), index("attachments_inbound").on(t.inboundMailId).where(isNotNull(t.inboundMailId))],
);

/** The bytes, once per content; kept in the database so that one backup holds all. */
export const attachmentBlobs = table("attachment_blobs", { sha256: text().primaryKey(), bytes: bytes().notNull() });

/** What somebody is typing and has not sent: a complaint half filled in, a reply half written. */
export const drafts = table(
  "drafts",
  {
    ownerKind: oneOf(["staff", "customer"]).notNull(),
    ownerId: int().notNull(),
    /** complaint:<order line public id>, reply:<case public id>, note:<case public id>. */
    key: text().notNull(),
    data: json<Record<string, unknown>>().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerKind, t.ownerId, t.key] })],
);
