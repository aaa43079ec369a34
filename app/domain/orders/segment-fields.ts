/** What segments can ask of orders beyond the facts kept per customer: what was bought, and how often in a while. */
import { asc, eq, isNotNull } from "drizzle-orm";

import { fact, fragment, operator, type Input, type Option, type SegmentField } from "../customers/segment-field";
import { products, productTranslations } from "../products/schema";

const DAY = 86_400_000;
/** More would make the page heavy; any other article number can be typed. */
const MOST_PROPOSALS = 400;

const days = { kind: "number", name: "days", min: 1, max: 36_500 } as const satisfies Input;
const sku = { kind: "text", name: "sku", maxLength: 100, suggest: true } as const satisfies Input;
const category = { kind: "choice", name: "category", of: "loaded" } as const satisfies Input;

const ORDER = "FROM orders o JOIN order_lines l ON l.order_id = o.id";
const MINE = "WHERE o.party_id = p.id AND o.status <> 'cancelled'";
const OF_SKU = `${ORDER} ${MINE} AND l.sku = ?`;
const OF_CATEGORY = `${ORDER} JOIN products q ON q.id = l.product_id ${MINE} AND q.category = ?`;
const SINCE = "AND o.placed_at >= ?";
const IN_WINDOW = "(SELECT count(*) FROM orders o WHERE o.party_id = p.id AND o.status <> 'cancelled' AND o.placed_at >= ?)";

const times = <const N extends string>(name: N) => ({ kind: "number", name, min: 0, max: 1_000_000 }) as const;

export const segmentFields: SegmentField[] = [
  {
    key: "bought_product",
    group: "orders",
    fact: fact<{ sku: string }>("instant", (v) => fragment(`(SELECT max(o.placed_at) ${OF_SKU})`, v.sku.toUpperCase())),
    operators: [
      operator("bought", [sku], (v) => fragment(`EXISTS (SELECT 1 ${OF_SKU})`, v.sku.toUpperCase())),
      operator("not_bought", [sku], (v) => fragment(`NOT EXISTS (SELECT 1 ${OF_SKU})`, v.sku.toUpperCase())),
      operator("bought_within", [sku, days], (v, { now }) => fragment(`EXISTS (SELECT 1 ${OF_SKU} ${SINCE})`, v.sku.toUpperCase(), now - v.days * DAY)),
      operator("not_bought_within", [sku, days], (v, { now }) =>
        fragment(`NOT EXISTS (SELECT 1 ${OF_SKU} ${SINCE})`, v.sku.toUpperCase(), now - v.days * DAY),
      ),
    ],
    loadOptions: async (db, locale) => {
      const rows = await db
        .select({ sku: products.sku, locale: productTranslations.locale, name: productTranslations.name })
        .from(products)
        .leftJoin(productTranslations, eq(productTranslations.productId, products.id))
        .orderBy(asc(products.position), asc(products.sku))
        .limit(MOST_PROPOSALS * 4);
      const names = new Map<string, string>();
      for (const row of rows) if (row.locale === locale || !names.has(row.sku)) names.set(row.sku, row.name ?? row.sku);
      return { sku: [...names].slice(0, MOST_PROPOSALS).map(([value, label]): Option => ({ value, label })) };
    },
  },
  {
    key: "bought_category",
    group: "orders",
    fact: fact<{ category: string }>("instant", (v) => fragment(`(SELECT max(o.placed_at) ${OF_CATEGORY})`, v.category)),
    operators: [
      operator("bought", [category], (v) => fragment(`EXISTS (SELECT 1 ${OF_CATEGORY})`, v.category)),
      operator("not_bought", [category], (v) => fragment(`NOT EXISTS (SELECT 1 ${OF_CATEGORY})`, v.category)),
      operator("bought_within", [category, days], (v, { now }) => fragment(`EXISTS (SELECT 1 ${OF_CATEGORY} ${SINCE})`, v.category, now - v.days * DAY)),
      operator("not_bought_within", [category, days], (v, { now }) =>
        fragment(`NOT EXISTS (SELECT 1 ${OF_CATEGORY} ${SINCE})`, v.category, now - v.days * DAY),
      ),
    ],
    loadOptions: async (db) => {
      const rows = await db
        .selectDistinct({ category: products.category })
        .from(products)
        .where(isNotNull(products.category))
        .orderBy(asc(products.category));
      return { category: rows.flatMap(({ category: c }) => (c ? [{ value: c, label: c }] : [])) };
    },
  },
  {
    key: "orders_in_days",
    group: "orders",
    fact: fact<{ days: number }>("number", (v, { now }) => fragment(IN_WINDOW, now - v.days * DAY)),
    operators: [
      operator("count_gte", [times("number"), days], (v, { now }) => fragment(`${IN_WINDOW} >= ?`, now - v.days * DAY, v.number)),
      operator("count_lte", [times("number"), days], (v, { now }) => fragment(`${IN_WINDOW} <= ?`, now - v.days * DAY, v.number)),
      operator("count_eq", [times("number"), days], (v, { now }) => fragment(`${IN_WINDOW} = ?`, now - v.days * DAY, v.number)),
    ],
  },
];
