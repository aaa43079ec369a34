/** What segments can ask of orders beyond the facts kept per customer: what was bought, and how much in a while. */
import { asc, eq, isNotNull } from "drizzle-orm";

import {
  both, type CompileContext, DAY, day, days, fact, type Fragment, fragment, from, numberField, operator, type Input, type Option, type SegmentField, until,
} from "../customers/segment-field";
import { products, productTranslations } from "../products/schema";

/** More would make the page heavy; any other article number can be typed. */
const MOST_PROPOSALS = 400;

const sku = { kind: "text", name: "sku", maxLength: 100, suggest: true } as const satisfies Input;
const category = { kind: "choice", name: "category", of: "loaded" } as const satisfies Input;
const times = { kind: "number", name: "number", min: 0, max: 1_000_000 } as const satisfies Input;
const amount = { kind: "money", name: "number" } as const satisfies Input;
const [first, last] = [day("from"), day("to")];

const MINE = "o.party_id = p.id AND o.status <> 'cancelled'";
const LINES = "FROM orders o JOIN order_lines l ON l.order_id = o.id";
const OF_SKU = `${LINES} WHERE ${MINE} AND l.sku = ?`;
const OF_CATEGORY = `${LINES} JOIN products q ON q.id = l.product_id WHERE ${MINE} AND q.category = ?`;
const OF_DESIGN = `${LINES} WHERE ${MINE} AND l.design_id IS NOT NULL`;

/** A while: the last n × 24 hours, or whole days of the customer's calendar, both of them in it. */
type While = { days: number } | { from: string; to: string };

function placedIn(window: While, { now, calendars }: CompileContext): Fragment {
  if ("days" in window) return fragment("o.placed_at >= ?", now - window.days * DAY);
  return both(from("o.placed_at", calendars.start(window.from)), until("o.placed_at", calendars.end(window.to)));
}

/** `sql` with one parameter, and the while. */
function exists(sql: string, wanted: string, window: While | null, ctx: CompileContext, not = ""): Fragment {
  const placed = window ? placedIn(window, ctx) : fragment("true");
  return fragment(`${not}EXISTS (SELECT 1 ${sql} AND ${placed.sql})`, wanted, ...placed.params);
}

/** What the question about a product and the one about a category share. */
function boughtOperators(sql: string, input: typeof sku | typeof category, wantedOf: (values: Record<string, unknown>) => string) {
  type Values = Record<string, string | number> & { days: number; from: string; to: string; number: number };
  const ask = (key: string, more: readonly Input[], window: (v: Values) => While | null, not = "") =>
    operator(key, [input, ...more], (v, ctx) => exists(sql, wantedOf(v), window(v as unknown as Values), ctx, not));
  const inDays = (v: Values): While => ({ days: v.days });
  const between = (v: Values): While => ({ from: v.from, to: v.to });
  return [
    ask("bought", [], () => null),
    ask("not_bought", [], () => null, "NOT "),
    ask("bought_within", [days], inDays),
    ask("not_bought_within", [days], inDays, "NOT "),
    ask("bought_between", [first, last], between),
    ask("not_bought_between", [first, last], between, "NOT "),
    operator("bought_times", [input, times, days], (v, { now }) =>
      fragment(`(SELECT count(DISTINCT o.id) ${sql} AND o.placed_at >= ?) >= ?`, wantedOf(v), now - v.days * DAY, v.number),
    ),
  ];
}

/** A figure of the orders in a while: at least, at most, and what else `of` names, of days and between days. */
function whileField(key: string, kind: "number" | "money", select: string, of: Record<string, string>): SegmentField {
  const input = kind === "money" ? amount : times;
  const figure = (window: While, ctx: CompileContext) => {
    const placed = placedIn(window, ctx);
    return fragment(`(SELECT ${select} AND ${placed.sql})`, ...placed.params);
  };
  const compare = (sign: string, wanted: string | number, { sql, params }: Fragment) => fragment(`${sql} ${sign} ?`, ...params, wanted);
  return {
    key,
    group: "orders",
    fact: fact<{ days: number } | { from: string; to: string }>(kind, figure),
    operators: Object.entries(of).flatMap(([name, sign]) => [
      operator(name, [input, days], (v, ctx) => compare(sign, v.number, figure({ days: v.days }, ctx))),
      operator(`${name}_between`, [input, first, last], (v, ctx) => compare(sign, v.number, figure({ from: v.from, to: v.to }, ctx))),
    ]),
  };
}

export const segmentFields: SegmentField[] = [
  numberField({ key: "average_order", group: "orders", column: "m.average_order_minor", kind: "money" }),
  {
    key: "bought_product",
    group: "orders",
    fact: fact<{ sku: string }>("instant", (v) => fragment(`(SELECT max(o.placed_at) ${OF_SKU})`, v.sku.toUpperCase())),
    operators: boughtOperators(OF_SKU, sku, (v) => String(v.sku).toUpperCase()),
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
    operators: boughtOperators(OF_CATEGORY, category, (v) => String(v.category)),
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
    key: "bought_design",
    group: "orders",
    fact: fact("instant", () => fragment(`(SELECT max(o.placed_at) ${OF_DESIGN})`)),
    operators: [
      operator("ever", [], () => fragment(`EXISTS (SELECT 1 ${OF_DESIGN})`)),
      operator("never", [], () => fragment(`NOT EXISTS (SELECT 1 ${OF_DESIGN})`)),
      operator("within_days", [days], (v, ctx) => designed({ days: v.days }, ctx)),
      operator("not_within_days", [days], (v, ctx) => designed({ days: v.days }, ctx, "NOT ")),
      operator("between_days", [first, last], (v, ctx) => designed({ from: v.from, to: v.to }, ctx)),
      operator("not_between_days", [first, last], (v, ctx) => designed({ from: v.from, to: v.to }, ctx, "NOT ")),
    ],
  },
  whileField("orders_in_days", "number", `count(*) FROM orders o WHERE ${MINE}`, { count_gte: ">=", count_lte: "<=", count_eq: "=" }),
  whileField("spend_in_days", "money", `coalesce(sum(o.total_minor), 0) FROM orders o WHERE ${MINE} AND o.currency = m.currency`, { sum_gte: ">=", sum_lte: "<=" }),
  numberField({ key: "usual_interval", group: "orders", column: "m.usual_interval_days" }),
  {
    key: "overdue",
    group: "orders",
    fact: fact("instant", () => fragment("m.due_at")),
    operators: [
      operator("overdue", [], (_, { now }) => fragment("m.due_at <= ?", now)),
      operator("overdue_days", [days], (v, { now }) => fragment("m.due_at <= ?", now - v.days * DAY)),
      operator("overdue_between", [daysOver("from"), daysOver("to")], (v, { now }) =>
        fragment("(m.due_at <= ? AND m.due_at > ?)", now - v.from * DAY, now - (v.to + 1) * DAY),
      ),
      operator("not_overdue", [], (_, { now }) => fragment("m.due_at > ?", now)),
      operator("unknown", [], () => fragment("m.due_at IS NULL")),
    ],
  },
];

function designed(window: While, ctx: CompileContext, not = ""): Fragment {
  const placed = placedIn(window, ctx);
  return fragment(`${not}EXISTS (SELECT 1 ${OF_DESIGN} AND ${placed.sql})`, ...placed.params);
}

function daysOver<const N extends string>(name: N) {
  return { kind: "number", name, min: 0, max: 36_500 } as const;
}
