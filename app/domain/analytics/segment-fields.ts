/** What segments can ask of analytics: tenure, the risk of losing a customer, what they like best. */
import { asc, isNotNull } from "drizzle-orm";

import { among, choiceField, DAY, fact, fragment, not, operator, type CompileContext, type SegmentField } from "../customers/segment-field";
import { products } from "../products/schema";
import { CHURN_RISKS, LEAST_CHANCE } from "./churn";

/** As `churnRisk` has it; NULL for who bought on one day only, and where there is no model. */
const RISK = `CASE WHEN m.p_alive IS NULL OR m.purchase_days < 2 THEN NULL ${CHURN_RISKS.map((risk) => `WHEN m.p_alive >= ${LEAST_CHANCE[risk]} THEN '${risk}'`).join(" ")} END`;

const tenureDays = <const N extends string>(name: N) => ({ kind: "number", name, min: 0, max: 36_500 }) as const;
/** So many whole days or more since the first order: an instant for the index to compare with. */
const for_ = (days: number, { now }: CompileContext) => fragment("m.first_order_at <= ?", now - days * DAY);
const under = (days: number, { now }: CompileContext) => fragment("m.first_order_at > ?", now - days * DAY);

const LIKE = "FROM customer_habits h WHERE h.favourite_category";
const chosen = { kind: "choices", name: "values", of: "loaded" } as const;
const liking = (values: readonly string[], ctx: CompileContext) => among(ctx, "h.party_id", `${LIKE} IN (${values.map(() => "?").join(", ")})`, ...values);
const likingAny = (ctx: CompileContext) => among(ctx, "h.party_id", `${LIKE} IS NOT NULL`);

export const segmentFields: SegmentField[] = [
  choiceField({ key: "churn_risk", group: "value", column: `(${RISK})`, of: CHURN_RISKS, nullable: true }),
  {
    key: "tenure_days",
    group: "value",
    // Of who never ordered nothing holds: the instant is NULL.
    fact: fact("instant", () => fragment("m.first_order_at")),
    operators: [
      operator("gte", [tenureDays("number")], ({ number }, ctx) => for_(number, ctx)),
      operator("lte", [tenureDays("number")], ({ number }, ctx) => under(number + 1, ctx)),
      operator("between", [tenureDays("from"), tenureDays("to")], ({ from, to }, ctx) => {
        const [least, most] = [for_(from, ctx), under(to + 1, ctx)];
        return fragment(`(${least.sql} AND ${most.sql})`, ...least.params, ...most.params);
      }),
    ],
  },
  {
    key: "favourite_category",
    group: "orders",
    fact: fact("word", () => fragment("(SELECT h.favourite_category FROM customer_habits h WHERE h.party_id = m.party_id)")),
    operators: [
      operator("in", [chosen], ({ values }, ctx) => liking(values, ctx)),
      operator("not_in", [chosen], ({ values }, ctx) => not(liking(values, ctx))),
      operator("known", [], (_, ctx) => likingAny(ctx)),
      operator("unknown", [], (_, ctx) => not(likingAny(ctx))),
    ],
    loadOptions: async (db) => {
      const rows = await db.selectDistinct({ category: products.category }).from(products).where(isNotNull(products.category)).orderBy(asc(products.category));
      return { values: rows.flatMap(({ category }) => (category ? [{ value: category, label: category }] : [])) };
    },
  },
];
