/** What the timeline tells of invoices and payments. */
import type { Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";

type Issued = { id: number; number: string; kind: "invoice" | "credit_note"; partyId: number; orderId: number | null; currency: string; totalMinor: number; issuedAt: number };

export async function tellInvoice(tx: Tx, by: By, { id, number, kind, partyId, orderId, currency, totalMinor, issuedAt }: Issued): Promise<void> {
  const told = `${kind}_issued` as const;
  await recordEvent(tx, by, { partyId, kind: told, at: issuedAt, ...about("invoice", id, orderId), data: { number, totalMinor, currency }, dedupeKey: `${told}:${id}` });
}

type Paid = { id: number; direction: "in" | "out"; partyId: number; orderId: number | null; currency: string; amountMinor: number; at: number };

/** `number`: of what was paid. */
export async function tellPayment(tx: Tx, by: By, { id, direction, partyId, orderId, currency, amountMinor, at }: Paid, number: string): Promise<void> {
  const told = `payment_${direction}` as const;
  await recordEvent(tx, by, {
    partyId, kind: told, at, ...about("payment", id, orderId), data: { number, totalMinor: amountMinor, currency }, dedupeKey: `${told}:${id}`,
  });
}

/** An order has a page of its own, on which its invoices and payments stand. */
function about(type: "invoice" | "payment", id: number, orderId: number | null) {
  return { subject: orderId === null ? { type, id } : { type: "order", id: orderId } };
}
