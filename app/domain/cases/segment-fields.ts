/** What segments can ask of complaints beyond how many there are: for what reason, how decided, how long ago. */
import { among, type CompileContext, DAY, days, fact, fragment, instantField, marks, not, numberField, oneOfAll, operator, type SegmentField, zoneOf } from "../customers/segment-field";
import { COMPLAINT_REASONS, DECISIONS } from "./case";

const COMPLAINT = "k.type = 'complaint'";
const MINE = `k.party_id = m.party_id AND ${COMPLAINT}`;

/**
 * Of all complaints of a customer, those of which `column` is one of the words; `from` names `k`, the case, and ends
 * in WHERE; `fromAll` is the same, read in the order that is best where all customers are asked at once. The fact is that of the newest.
 */
function wordField(key: string, of: readonly string[], column: string, first: string, from: string, fromAll = from): SegmentField {
  const chosen = { kind: "choices", name: "values", of } as const;
  const some = (ctx: CompileContext, values: readonly string[], more = "", ...params: number[]) =>
    among(ctx, "k.party_id", `${ctx.ofAll ? fromAll : from} ${COMPLAINT} AND ${column} IN (${marks(values)})${more}`, ...values, ...params);
  return {
    key,
    group: "complaints",
    fact: fact("word", () => fragment(`(SELECT ${column} ${from} ${MINE} AND ${column} IS NOT NULL ORDER BY k.received_at DESC, k.id DESC, ${first} LIMIT 1)`)),
    operators: [
      operator("some_in", [chosen], ({ values }, ctx) => some(ctx, values)),
      operator("none_in", [chosen], ({ values }, ctx) => not(some(ctx, values))),
      operator("some_in_within", [chosen, days], ({ values, days: n }, ctx) => some(ctx, values, " AND k.received_at >= ?", ctx.now - n * DAY)),
      operator("some_open_in", [chosen], ({ values }, ctx) => some(ctx, values, " AND k.status <> 'closed'")),
    ],
  };
}

/** Of who never complained, too. */
const HOLDS_WITHOUT = new Set(["not_within_days", "never"]);
const NEWEST = "max(k.received_at)";
const LAST = { key: "last_complaint_at", group: "complaints", nullable: true } as const;
const ofEach = instantField({ ...LAST, column: `(SELECT ${NEWEST} FROM cases k WHERE ${MINE})` });
const ofGroups = instantField({ ...LAST, column: NEWEST });

/** All customers at once: the complaints are read once, in a group for each customer who has any. */
const lastComplaint: SegmentField = {
  ...ofEach,
  operators: ofEach.operators.map((each, i) =>
    operator(each.key, each.inputs, (values, ctx) => {
      if (!ctx.ofAll) return each.toSql(values, ctx);
      const { sql, params } = (ofGroups.operators[i] as typeof each).toSql(values, ctx);
      const grouped = (having: string) => oneOfAll(`SELECT k.party_id AS party_id FROM cases k WHERE ${COMPLAINT} GROUP BY k.party_id HAVING ${zoneOf("k.party_id", having)}`, params);
      return HOLDS_WITHOUT.has(each.key) ? not(grouped(`NOT ${sql}`)) : grouped(sql);
    }),
  ),
};

export const segmentFields: SegmentField[] = [
  numberField({ key: "closed_complaints", group: "complaints", column: "(m.complaints_count - m.open_complaints)" }),
  lastComplaint,
  wordField("complaint_reason", COMPLAINT_REASONS, "n.reason", "n.id", "FROM cases k JOIN case_lines n ON n.case_id = k.id WHERE", "FROM case_lines n CROSS JOIN cases k WHERE k.id = n.case_id AND"),
  wordField("complaint_decision", DECISIONS, "k.decision", "k.id", "FROM cases k WHERE"),
];
