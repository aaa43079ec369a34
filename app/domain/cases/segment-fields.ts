/** What segments can ask of complaints beyond how many there are: for what reason, how decided, how long ago. */
import { among, type CompileContext, DAY, days, fact, fragment, instantField, marks, not, numberField, operator, type SegmentField } from "../customers/segment-field";
import { COMPLAINT_REASONS, DECISIONS } from "./case";

const COMPLAINT = "k.type = 'complaint'";
const MINE = `k.party_id = m.party_id AND ${COMPLAINT}`;

/** Of all complaints of a customer, those of which `column` is one of the words; `from` names `k`, the case. The fact is that of the newest. */
function wordField(key: string, of: readonly string[], from: string, column: string, first = "k.id"): SegmentField {
  const chosen = { kind: "choices", name: "values", of } as const;
  const some = (ctx: CompileContext, values: readonly string[], more = "", ...params: number[]) =>
    among(ctx, "k.party_id", `${from} WHERE ${COMPLAINT} AND ${column} IN (${marks(values)})${more}`, ...values, ...params);
  return {
    key,
    group: "complaints",
    fact: fact("word", () => fragment(`(SELECT ${column} ${from} WHERE ${MINE} AND ${column} IS NOT NULL ORDER BY k.received_at DESC, k.id DESC, ${first} LIMIT 1)`)),
    operators: [
      operator("some_in", [chosen], ({ values }, ctx) => some(ctx, values)),
      operator("none_in", [chosen], ({ values }, ctx) => not(some(ctx, values))),
      operator("some_in_within", [chosen, days], ({ values, days: n }, ctx) => some(ctx, values, " AND k.received_at >= ?", ctx.now - n * DAY)),
      operator("some_open_in", [chosen], ({ values }, ctx) => some(ctx, values, " AND k.status <> 'closed'")),
    ],
  };
}

export const segmentFields: SegmentField[] = [
  numberField({ key: "closed_complaints", group: "complaints", column: "(m.complaints_count - m.open_complaints)" }),
  instantField({ key: "last_complaint_at", group: "complaints", column: `(SELECT max(k.received_at) FROM cases k WHERE ${MINE})`, nullable: true }),
  wordField("complaint_reason", COMPLAINT_REASONS, "FROM cases k JOIN case_lines n ON n.case_id = k.id", "n.reason", "n.id"),
  wordField("complaint_decision", DECISIONS, "FROM cases k", "k.decision"),
];
