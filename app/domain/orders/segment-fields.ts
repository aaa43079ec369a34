/** What segments can ask of orders beyond the facts kept per customer: what was bought, and how much in a while. */
import { asc, eq, isNotNull } from "drizzle-orm";

import {
  among, both, type CompileContext, DAY, day, days, fact, type Fragment, fragment, from, not, numberField, oneOfAll, operator, type Input, type Option, type SegmentField, until, zoneOf,
} from "../customers/segment-field";
import { products, productTranslations } from "../products/schema";

/** More would make the page heavy; any other article number can be typed. */
const MOST_PROPOSALS = 400;

const sku = { kind: "text", name: "sku", maxLength: 100, suggest: true } as const satisfies Input;
const category = { kind: "choice", name: "category", of: "loaded" } as const satisfies Input;
const times = { kind: "number", name: "number", min: 0, max: 1_000_000 } as const satisfies Input;
const amount = { kind: "money", name: "number" } as const satisfies Input;
const [first, last] = [day("from"), day("to")];

const COUNTS = "o.status <> 'cancelled'";
const MINE = "o.party_id = m.party_id";
const LINES = "FROM order_lines l JOIN orders o ON o.id = l.order_id";
const OF_SKU = `${LINES} WHERE ${COUNTS} AND l.sku = ?`;
const OF_CATEGORY = `${LINES} WHERE ${COUNTS} AND l.product_id IN (SELECT q.id FROM products q WHERE q.category = ?)`;
/** Of few customers the orders are read, not all lines that there are of a product: the plus keeps the index out of it. */
const OF_CATEGORY_OF_FEW = OF_CATEGORY.replace("l.product_id", "+l.product_id");
const OF_DESIGN = `${LINES} WHERE ${COUNTS} AND l.design_id IS NOT NULL`;
const EVERYBODY = fragment("true");

/** A while: the last n × 24 hours, or whole days of the customer's calendar, both of them in it. */
type While = { days: number } | { from: string; to: string };

function placedIn(window: While, { now, calendars }: CompileContext): Fragment {
  if ("days" in window) return fragment("o.placed_at >= ?", now - window.days * DAY);
  return both(from("o.placed_at", calendars.start(window.from)), until("o.placed_at", calendars.end(window.to)));
}

/** Rows of orders `o` in a while. Where all customers are asked at once, `m` is not there. */
function rowsIn(sql: string, { sql: placed, params }: Fragment, { ofAll }: CompileContext): { rows: string; params: Fragment["params"] } {
  return { rows: `${sql} AND ${ofAll ? zoneOf("o.party_id", placed) : placed}`, params };
}

type Rows = (ctx: CompileContext) => string;

function bought(of: Rows, wanted: string[], window: While | null, ctx: CompileContext): Fragment {
  const { rows, params } = rowsIn(of(ctx), window ? placedIn(window, ctx) : EVERYBODY, ctx);
  return among(ctx, "o.party_id", rows, ...wanted, ...params);
}

/** What the question about a product and the one about a category share. */
function boughtOperators(of: Rows, input: typeof sku | typeof category, wantedOf: (values: Record<string, unknown>) => string) {
  type Values = Record<string, string | number> & { days: number; from: string; to: string; number: number };
  const ask = (key: string, more: readonly Input[], window: (v: Values) => While | null, say = (is: Fragment) => is) =>
    operator(key, [input, ...more], (v, ctx) => say(bought(of, [wantedOf(v)], window(v as unknown as Values), ctx)));
  const inDays = (v: Values): While => ({ days: v.days });
  const between = (v: Values): While => ({ from: v.from, to: v.to });
  return [
    ask("bought", [], () => null),
    ask("not_bought", [], () => null, not),
    ask("bought_within", [days], inDays),
    ask("not_bought_within", [days], inDays, not),
    ask("bought_between", [first, last], between),
    ask("not_bought_between", [first, last], between, not),
    operator("bought_times", [input, times, days], (v, ctx) => figureHolds(counted("count(DISTINCT o.id)", of(ctx)), [wantedOf(v)], { days: v.days }, ">=", v.number, ctx)),
  ];
}

/** A figure of the rows of one customer's orders, and of the orders `o` of all customers, a group for each. */
type Figure = { ofFew: string; rowsOfFew: string; ofGroup: (placed: Fragment) => Fragment; rowsOfAll: Rows };

/**
 * A figure in a while. All customers at once: those without any are in no group, and where nothing is enough, the others
 * are left out.
 */
function figureHolds(figure: Figure, wanted: string[], window: While, sign: Sign, number: number, ctx: CompileContext): Fragment {
  const placed = placedIn(window, ctx);
  if (!ctx.ofAll) return fragment(`(SELECT ${figure.ofFew} ${figure.rowsOfFew} AND ${MINE} AND ${placed.sql}) ${sign} ?`, ...wanted, ...placed.params, number);
  const { rows, params } = rowsIn(figure.rowsOfAll(ctx), placed, ctx);
  const { sql, params: more } = figure.ofGroup(placed);
  const grouped = (having: string) => oneOfAll(`SELECT o.party_id AS party_id ${rows} GROUP BY o.party_id HAVING ${having}`, [...wanted, ...params, ...more, number]);
  return HOLDS_FOR_NOTHING[sign](number) ? not(grouped(`NOT ${sql} ${sign} ?`)) : grouped(`${sql} ${sign} ?`);
}

function counted(what: string, rowsOfFew: string, rowsOfAll: Rows = () => rowsOfFew): Figure {
  return { ofFew: what, rowsOfFew, rowsOfAll, ofGroup: () => fragment(what) };
}

type Sign = ">=" | "<=" | "=";
const HOLDS_FOR_NOTHING: Record<Sign, (number: number) => boolean> = { ">=": (n) => n <= 0, "<=": (n) => n >= 0, "=": (n) => n === 0 };

const OF_ORDERS = `FROM orders o WHERE ${COUNTS}`;
/** Customer by customer, as that index has them: SQLite would rather find the days, look each order up and sort them all. */
const ofAllOrders: Rows = ({ dialect }) => (dialect === "sqlite" ? OF_ORDERS.replace(" o ", " o INDEXED BY orders_party ") : OF_ORDERS);
const ORDERS: Figure = counted("count(*)", OF_ORDERS, ofAllOrders);

const CURRENCY = "(SELECT z.currency FROM customer_metrics z WHERE z.party_id = o.party_id)";
/** What was ordered in the customer's own currency. Most order in that one alone; of who did not, the orders are read again. */
const SPEND: Figure = {
  ofFew: "coalesce(sum(o.total_minor), 0)",
  rowsOfFew: `${OF_ORDERS} AND o.currency = m.currency`,
  rowsOfAll: ofAllOrders,
  ofGroup: (placed) =>
    fragment(
      `CASE WHEN min(o.currency) = max(o.currency) AND min(o.currency) = ${CURRENCY} THEN sum(o.total_minor) ELSE
         (SELECT coalesce(sum(x.total_minor), 0) FROM orders x WHERE ${ofX(COUNTS)} AND x.party_id = o.party_id AND x.currency = ${CURRENCY} AND ${ofX(placed.sql)}) END`,
      ...placed.params,
    ),
};

/** The same of orders `x` of the customer of `o`. */
function ofX(sql: string): string {
  return zoneOf("o.party_id", sql.replaceAll(/\bo\./g, "x."));
}

/** A figure of the orders in a while: at least, at most, and what else `of` names, of days and between days. */
function whileField(key: string, kind: "number" | "money", figure: Figure, of: Record<string, Sign>): SegmentField {
  const input = kind === "money" ? amount : times;
  return {
    key,
    group: "orders",
    fact: fact<{ days: number } | { from: string; to: string }>(kind, (window, ctx) => {
      const placed = placedIn(window, ctx);
      return fragment(`(SELECT ${figure.ofFew} ${figure.rowsOfFew} AND ${MINE} AND ${placed.sql})`, ...placed.params);
    }),
    operators: Object.entries(of).flatMap(([name, sign]) => [
      operator(name, [input, days], (v, ctx) => figureHolds(figure, [], { days: v.days }, sign, v.number, ctx)),
      operator(`${name}_between`, [input, first, last], (v, ctx) => figureHolds(figure, [], { from: v.from, to: v.to }, sign, v.number, ctx)),
    ]),
  };
}

export const segmentFields: SegmentField[] = [
  numberField({ key: "average_order", group: "orders", column: "m.average_order_minor", kind: "money" }),
  {
    key: "bought_product",
    group: "orders",
    fact: fact<{ sku: string }>("instant", (v) => fragment(`(SELECT max(o.placed_at) ${OF_SKU} AND ${MINE})`, v.sku.toUpperCase())),
    operators: boughtOperators(() => OF_SKU, sku, (v) => String(v.sku).toUpperCase()),
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
    fact: fact<{ category: string }>("instant", (v) => fragment(`(SELECT max(o.placed_at) ${OF_CATEGORY_OF_FEW} AND ${MINE})`, v.category)),
    operators: boughtOperators(({ ofAll }) => (ofAll ? OF_CATEGORY : OF_CATEGORY_OF_FEW), category, (v) => String(v.category)),
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
    fact: fact("instant", () => fragment(`(SELECT max(o.placed_at) ${OF_DESIGN} AND ${MINE})`)),
    operators: [
      operator("ever", [], (_, ctx) => designed(null, ctx)),
      operator("never", [], (_, ctx) => not(designed(null, ctx))),
      operator("within_days", [days], (v, ctx) => designed({ days: v.days }, ctx)),
      operator("not_within_days", [days], (v, ctx) => not(designed({ days: v.days }, ctx))),
      operator("between_days", [first, last], (v, ctx) => designed({ from: v.from, to: v.to }, ctx)),
      operator("not_between_days", [first, last], (v, ctx) => not(designed({ from: v.from, to: v.to }, ctx))),
    ],
  },
  whileField("orders_in_days", "number", ORDERS, { count_gte: ">=", count_lte: "<=", count_eq: "=" }),
  whileField("spend_in_days", "money", SPEND, { sum_gte: ">=", sum_lte: "<=" }),
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

function designed(window: While | null, ctx: CompileContext): Fragment {
  return bought(() => OF_DESIGN, [], window, ctx);
}

function daysOver<const N extends string>(name: N) {
  return { kind: "number", name, min: 0, max: 36_500 } as const;
}
