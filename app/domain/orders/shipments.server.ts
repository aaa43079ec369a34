/** The parcels of an order. */
import { asc, eq } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { shipments } from "./schema";

export type Shipment = {
  publicId: string;
  carrier: string;
  trackingNumber: string;
  shippedAt: number;
  expectedAt: number | null;
  deliveredAt: number | null;
};

export async function listShipments(db: Reader, orderId: number): Promise<Shipment[]> {
  return db
    .select({
      publicId: shipments.publicId,
      carrier: shipments.carrier,
      trackingNumber: shipments.trackingNumber,
      shippedAt: shipments.shippedAt,
      expectedAt: shipments.expectedAt,
      deliveredAt: shipments.deliveredAt,
    })
    .from(shipments)
    .where(eq(shipments.orderId, orderId))
    .orderBy(asc(shipments.id));
}
