/** Customers who bought as the models suppose, the same each time; numbers leave gaps, so that they lie in several stretches. */
import type { Database, Tx } from "../../app/db/types";
import { customerMetrics } from "../../app/domain/customers/schema";
import { refreshOrderFacts } from "../../app/domain/orders/facts.server";
import { randomFrom } from "../../drizzle/seed/random";

export const DAY = 86_400_000;

export type Bought = { partyId: number; orders: { placedAt: number; minor: number }[] };

/** @param end nothing is bought after it */
export async function buyers(db: Database, count: number, end: number): Promise<Bought[]> {
  const random = randomFrom("buyers").next;
  const people = Array.from({ length: count }, (_, i): Bought => {
    const gap = 60 / -Math.log(1 - random());
    const leaving = 0.6 * random() ** 2;
    const mean = 1000 / (0.1 + random());
    const orders: Bought["orders"] = [];
    for (let at = end - Math.floor(700 * random()) * DAY; at <= end; at += Math.ceil(-Math.log(1 - random()) * gap) * DAY + Math.floor(random() * 3_600_000)) {
      orders.push({ placedAt: at, minor: Math.ceil(mean * (0.5 + random())) });
      if (random() < leaving) break;
    }
    return { partyId: 1 + i * 150, orders };
  });
  await db.write(async (tx) => {
    let order = 0;
    for (const { partyId, orders } of people) {
      await tx.raw(
        `INSERT INTO parties (id, public_id, kind, is_customer, is_supplier, name, search_text, lifecycle_stage, tier, locale, time_zone, source, created_at, updated_at)
         VALUES (?, ?, 'person', true, false, 'Ann', 'ann', 'lead', 'standard', 'en', 'UTC', 'seed', 0, 0)`,
        [partyId, `p-${partyId}`],
      );
      await tx.insert(customerMetrics).values({ partyId });
      for (const { placedAt, minor } of orders) await insertRow(tx, ++order, partyId, placedAt, minor, "delivered");
      await refreshOrderFacts(tx, partyId);
    }
  });
  return people;
}

export async function insertOrder(tx: Tx, id: number, partyId: number, placedAt: number, minor: number, status = "delivered"): Promise<void> {
  await insertRow(tx, id, partyId, placedAt, minor, status);
  await refreshOrderFacts(tx, partyId);
}

async function insertRow(tx: Tx, id: number, partyId: number, placedAt: number, minor: number, status: string): Promise<void> {
  await tx.raw(
    "INSERT INTO orders (id, public_id, number, party_id, status, source, currency, lines_minor, shipping_minor, total_minor, placed_at, created_at) VALUES (?, ?, ?, ?, ?, 'seed', 'EUR', ?, 0, ?, ?, ?)",
    [id, `o-${id}`, `R-${id}`, partyId, status, minor, minor, placedAt, placedAt],
  );
}
