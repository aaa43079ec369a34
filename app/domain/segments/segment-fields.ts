/** What segments can ask of segments: whether the rules of another one hold. */
import { asc, isNull } from "drizzle-orm";

import { fact, fragment, not, operator, type SegmentField } from "../customers/segment-field";
import { SEGMENT_FIELD } from "./references";
import { segments } from "./schema";

const segment = { kind: "choice", name: SEGMENT_FIELD, of: "loaded" } as const;

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
];
