/** What segments can ask of segments: whether the rules of another one hold. */
import { and, asc, eq, isNull } from "drizzle-orm";

import { amongOnce, fact, fragment, not, operator, type SegmentField } from "../customers/segment-field";
import { LIST_FIELD, SEGMENT_FIELD } from "./references";
import { segments } from "./schema";

const segment = { kind: "choice", name: SEGMENT_FIELD, of: "loaded" } as const;

const list = { kind: "choice", name: LIST_FIELD, of: "loaded" } as const;
const LISTED = "FROM segment_members k WHERE k.segment_id = (SELECT s.id FROM segments s WHERE s.public_id = ? AND s.is_fixed = true) AND k.left_at IS NULL";

export const segmentFields: SegmentField[] = [
  {
    key: SEGMENT_FIELD,
    group: "segments",
    operators: [
      operator("in_segment", [segment], (v, { inSegment }) => inSegment(v.segment)),
      operator("not_in_segment", [segment], (v, { inSegment }) => not(inSegment(v.segment))),
    ],
    fact: fact<{ segment: string }>("word", (v, { inSegment }) => {
      const { sql, params } = inSegment(v.segment);
      return fragment(`CASE WHEN ${sql} THEN 'in' ELSE 'out' END`, ...params);
    }),
    loadOptions: async (db) => {
      const rows = await db.select({ value: segments.publicId, label: segments.name }).from(segments).where(isNull(segments.archivedAt)).orderBy(asc(segments.name), asc(segments.id));
      return { [SEGMENT_FIELD]: rows };
    },
  },
  {
    key: LIST_FIELD,
    group: "segments",
    operators: [
      operator("on_list", [list], (v, ctx) => amongOnce(ctx, "k.party_id", LISTED, v.list)),
      operator("not_on_list", [list], (v, ctx) => not(amongOnce(ctx, "k.party_id", LISTED, v.list))),
    ],
    fact: fact<{ list: string }>("word", (v) => fragment(`CASE WHEN EXISTS (SELECT 1 ${LISTED} AND k.party_id = p.id) THEN 'in' ELSE 'out' END`, v.list)),
    loadOptions: async (db) => ({
      [LIST_FIELD]: await db
        .select({ value: segments.publicId, label: segments.name })
        .from(segments)
        .where(and(isNull(segments.archivedAt), eq(segments.isFixed, true)))
        .orderBy(asc(segments.name), asc(segments.id)),
    }),
  },
];
