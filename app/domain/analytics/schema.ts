import { parties } from "../customers/schema.ts";
import { day, id, index, instant, int, json, primaryKey, real, table, text } from "../../db/columns.ts";
import type { AtRisk } from "./loyalty.ts";
import type { ReportContent } from "./report.ts";
import { products } from "../products/schema.ts";

/** What the reports of one day say of everybody's orders, as of the instant of the day's derivation. */
export const reports = table("reports", {
  id: id(),
  /** That of the derivation whose models it uses. */
  asOf: instant().notNull().unique(),
  day: day().notNull(),
  timeZone: text().notNull(),
  currency: text().notNull(),
  content: json<ReportContent>().notNull(),
  /** Kept in the latest only. */
  atRisk: json<AtRisk[]>(),
  madeAt: instant().notNull(),
});

/** Products that are bought together more often than by chance, each pair from both sides; of the latest report. */
export const productPairs = table(
  "product_pairs",
  {
    productId: int().notNull().references(() => products.id),
    partnerId: int().notNull().references(() => products.id),
    together: int().notNull(),
    /** Orders with the product, with the partner, and all. */
    productOrders: int().notNull(),
    partnerOrders: int().notNull(),
    orders: int().notNull(),
    chance: real().notNull(),
    /** Of those who bought the partner, the share who did so on another day again. */
    partnerAgain: real().notNull(),
  },
  (t) => [primaryKey({ columns: [t.productId, t.partnerId] })],
);

/** What segments ask of habits, by customer; those without any have no row. */
export const customerHabits = table(
  "customer_habits",
  {
    partyId: int().primaryKey().references(() => parties.id),
    favouriteCategory: text().notNull(),
  },
  (t) => [index("customer_habits_category").on(t.favouriteCategory, t.partyId)],
);
