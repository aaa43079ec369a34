/** What the timeline tells of invoices and payments. */
import type { Tx } from "../../db/types";
import { recordEvents } from "../customers/events.server";
import type { By } from "../journal/actor";

type Issued = { id: number; number: string; kind: "invoice" | "credit_note"; partyId: number; orderId: number | null; currency: string; totalMinor: number; issuedAt: number };

export async function tellInvoices(tx: Tx, by: By, list: readonly Issued[]): Promise<void> {
  await recordEvents(tx, by, list.map(({ id, number, kind, partyId, orderId, currency, totalMinor, issuedAt }) => {
    const told = `${kind}_issued` as const;
    return { partyId, kind: told, at: issuedAt, ...about("invoice", id, orderId), data: { number, totalMinor, currency }, dedupeKey: `${told}:${id}` };
  }));
}

/** `number`: of what was paid. */
type Paid = { id: number; number: string; direction: "in" | "out"; partyId: number; orderId: number | null; currency: string; amountMinor: number; at: number };

export async function tellPayments(tx: Tx, by: By, list: readonly Paid[]): Promise<void> {
  await recordEvents(tx, by, list.map(({ id, number, direction, partyId, orderId, currency, amountMinor, at }) => {
    const told = `payment_${direction}` as const;
    return { partyId, kind: told, at, ...about("payment", id, orderId), data: { number, totalMinor: amountMinor, currency }, dedupeKey: `${told}:${id}` };
  }));
}

/** An order has a page of its own, on which its invoices and payments stand. */
function about(type: "invoice" | "payment", id: number, orderId: number | null) {
  return { subject: orderId === null ? { type, id } : { type: "order", id: orderId } };
}
