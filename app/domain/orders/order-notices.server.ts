/** The mails that an order sends to its customer. */
import { eq } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { findPrimaryEmail } from "../customers/contact-points.server";
import { getParty } from "../customers/customers.server";
import { queueNotice } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { choicesOf, listLines } from "./lines.server";
import { orders } from "./schema";
import { listShipments } from "./shipments.server";

type OrderNotice = "order_placed" | "order_in_production" | "order_shipped" | "order_delivered" | "order_cancelled";

const NEWS = 3 * 86_400_000;

/** Of what happened longer ago customers are not told by mail any more. */
export function isNews(at: number, now: number): boolean {
  return now - at < NEWS;
}

/** Mails of an order go to customers who ordered in the portal; other sources have their own. */
export async function tellCustomer(tx: Tx, by: By, orderId: number, template: OrderNotice): Promise<void> {
  const [order] = await tx.select().from(orders).where(eq(orders.id, orderId));
  if (order?.source !== "portal") return;
  const address = await findPrimaryEmail(tx, order.partyId);
  if (!address) return;
  const party = await getParty(tx, order.partyId);
  const lines = await listLines(tx, [orderId]);
  const words = await choicesOf(tx, lines, party.locale);
  const [shipment] = await listShipments(tx, orderId);
  await queueNotice(tx, by, {
    class: "transactional",
    to: { address, name: party.name, partyId: party.id },
    template,
    locale: party.locale,
    values: {
      name: party.givenName ?? party.name,
      number: order.number,
      path: `/portal/orders/${order.publicId}`,
      totalMinor: order.totalMinor,
      currency: order.currency,
      expectedAt: order.expectedAt,
      lines: lines.map((l) => ({ name: l.name, detail: words.get(l.id) ?? "", quantity: l.quantity, totalMinor: l.totalMinor })),
      ...(template === "order_shipped" && shipment && { carrier: shipment.carrier, trackingNumber: shipment.trackingNumber }),
    },
    dedupeKey: `${template}:${orderId}`,
    subject: { type: "order", id: orderId },
  });
}
