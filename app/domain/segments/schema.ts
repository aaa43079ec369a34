import { isNull } from "drizzle-orm";

import { parties } from "../customers/schema.ts";
import { bool, day, id, index, instant, int, json, primaryKey, table, text, uniqueIndex } from "../../db/columns.ts";
import type { RuleGroup } from "./rule.ts";

export const segments = table(
  "segments",
  {
    id: id(),
    publicId: text().notNull().unique(),
    name: text().notNull(),
    rules: json<RuleGroup>().notNull(),
    /** Customers chosen by hand, who stand in segment_members and never change by themselves; the rules ask for that list. */
    isFixed: bool().notNull().default(false),
    /** Raised by every save; a save against an older version is refused (409). */
    version: int().notNull().default(1),
    createdBy: int(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    archivedAt: instant(),
  },
  (t) => [index("segments_name").on(t.name)],
);

/** Every save of a segment, the first included; never changed. */
export const segmentVersions = table(
  "segment_versions",
  {
    segmentId: int().notNull().references(() => segments.id),
    version: int().notNull(),
    name: text().notNull(),
    rules: json<RuleGroup>().notNull(),
    /** The member of staff; null: the shell, the demo. */
    savedBy: int(),
    savedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.segmentId, t.version] })],
);

/** Who was in a segment from when to when; `leftAt` null: still. Brought up to date by rounds (members.server.ts). */
export const segmentMembers = table(
  "segment_members",
  {
    segmentId: int().notNull().references(() => segments.id),
    partyId: int().notNull().references(() => parties.id),
    enteredAt: instant().notNull(),
    leftAt: instant(),
  },
  (t) => [
    // Answers "who was in then" without the rows themselves.
    index("segment_members_then").on(t.segmentId, t.partyId, t.enteredAt, t.leftAt),
    uniqueIndex("segment_members_now").on(t.segmentId, t.partyId).where(isNull(t.leftAt)),
    index("segment_members_party").on(t.partyId),
  ],
);

/** How far the kept membership of a segment goes, and the round that is under way. */
export const segmentKeeping = table("segment_keeping", {
  segmentId: int().primaryKey().references(() => segments.id),
  /** When the first round began, and the last one that is finished: in between membership is known. */
  since: instant(),
  asOf: instant(),
  /** Of the rules that the last finished round asked, those of other segments included. */
  mark: text(),
  nextAt: instant().notNull(),
  /** The instant that the round under way judges; null: none is. */
  roundAt: instant(),
  roundMark: text(),
  afterPartyId: int().notNull().default(0),
  enteredCount: int().notNull().default(0),
  leftCount: int().notNull().default(0),
  spentMs: int().notNull().default(0),
});

/** How many were in at the end of a day of the company's calendar (of today: so far), and how many came and went on it. */
export const segmentSizes = table(
  "segment_sizes",
  {
    segmentId: int().notNull().references(() => segments.id),
    day: day().notNull(),
    size: int().notNull(),
    enteredCount: int().notNull(),
    leftCount: int().notNull(),
  },
  (t) => [primaryKey({ columns: [t.segmentId, t.day] })],
);
