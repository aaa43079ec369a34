/** Orders as given, written straight into the tables, and the derivation that a report stands on. */
import type { Database, Tx } from "../../app/db/types";
import { customerMetrics, derivations } from "../../app/domain/customers/schema";
import { refreshOrderFacts } from "../../app/domain/orders/facts.server";

export type GivenLine = { sku: string; quantity: number; minor: number };
export type GivenOrder = { at: string | number; lines: GivenLine[]; currency?: string; cancelledAt?: number; createdAt?: number };
export type GivenCustomer = { zone: string; orders: GivenOrder[]; gone?: boolean };
export type World = { products: Record<string, string | null>; customers: GivenCustomer[] };

/** The parameters of Fader, Hardie & Lee for CDNOW. */
export const CDNOW = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

export const instantOf = (at: string | number) => (typeof at === "number" ? at : Date.parse(`${at}Z`));
export const totalOf = (order: GivenOrder) => order.lines.reduce((sum, { minor }) => sum + minor, 0);

/** Customers get the numbers 1, 2, …, or with a gap between them. */
export async function writeWorld(db: Database, { products, customers }: World, asOf: number, { gap = 1, model = CDNOW as typeof CDNOW | null } = {}): Promise<void> {
  await db.write(async (tx) => {
    const ids = new Map(Object.keys(products).map((sku, i) => [sku, i + 1]));
    for (const [sku, id] of ids)
      await tx.raw(
        "INSERT INTO products (id, public_id, sku, category, price, price_scale, currency, is_personalisable, rules_version, position, is_active, created_at, updated_at) VALUES (?, ?, ?, ?, 100, 2, 'EUR', false, 1, ?, true, 0, 0)",
        [id, `product-${id}`, sku, products[sku], id],
      );
    let number = 0;
    for (const [i, customer] of customers.entries()) {
      const partyId = 1 + i * gap;
      await tx.raw(
        `INSERT INTO parties (id, public_id, kind, is_customer, is_supplier, name, search_text, lifecycle_stage, tier, locale, time_zone, source, created_at, updated_at)
         VALUES (?, ?, 'person', ?, false, ?, '', 'lead', 'standard', 'en', ?, 'seed', 0, 0)`,
        [partyId, `p-${partyId}`, !customer.gone, `Customer ${i + 1}`, customer.zone],
      );
      await tx.insert(customerMetrics).values({ partyId });
      for (const order of customer.orders) number = await writeOrder(tx, number + 1, partyId, order, ids);
      await refreshOrderFacts(tx, partyId);
    }
    await tx.insert(derivations).values({
      asOf, day: new Date(asOf).toISOString().slice(0, 10), finishedAt: asOf, currency: "EUR", timeZone: "Europe/Warsaw", customers: customers.length, repeaters: 0, cuts: {}, trouble: model ? null : "few_customers", ...model,
    });
  });
}

async function writeOrder(tx: Tx, id: number, partyId: number, order: GivenOrder, products: ReadonlyMap<string, number>): Promise<number> {
  const at = instantOf(order.at);
  await tx.raw(
    "INSERT INTO orders (id, public_id, number, party_id, status, source, currency, lines_minor, shipping_minor, total_minor, placed_at, created_at, cancelled_at) VALUES (?, ?, ?, ?, ?, 'seed', ?, ?, 0, ?, ?, ?, ?)",
    [id, `o-${id}`, `R-${id}`, partyId, order.cancelledAt === undefined ? "delivered" : "cancelled", order.currency ?? "EUR", totalOf(order), totalOf(order), at, order.createdAt ?? at, order.cancelledAt ?? null],
  );
  for (const [position, { sku, quantity, minor }] of order.lines.entries())
    await tx.raw(
      "INSERT INTO order_lines (public_id, order_id, position, product_id, sku, name, quantity, unit_price, unit_price_scale, total_minor, withdrawal_exempt) VALUES (?, ?, ?, ?, ?, '', ?, 0, 2, ?, false)",
      [`l-${id}-${position}`, id, position, products.get(sku) ?? null, sku, quantity, minor],
    );
  return id;
}
