import { parties } from "../customers/schema.ts";
import { id, index, instant, int, json, primaryKey, table, text, uniqueIndex } from "../../db/columns.ts";

/** By table and column: the keys of the rows that went to the survivor. */
export type Moved = Record<string, (number | string)[]>;

/** What stood in rows that the merge changed in another way than by moving them; undo puts it back. */
export type Before = {
  /** Of both records, the columns that were changed, and what the merge wrote there. */
  survivor?: { was: Record<string, unknown>; became: Record<string, unknown> };
  merged?: { was: Record<string, unknown>; became: Record<string, unknown> };
  contactPoints?: { id: number; isPrimary: boolean; verifiedAt: number | null }[];
  /** Own fields in which the other's word was taken. */
  customValues?: { fieldId: number; was: ValueBefore; became: ValueBefore }[];
  /** Fixed lists: those that the merged record left, and those that the survivor came on for it. */
  lists?: { at: number; left: number[]; came: number[] };
  consentStates?: { survivor: StateBefore[]; merged: StateBefore[] };
  /** The last statement in the log of consents when the records became one. */
  lastConsentId?: number;
};

type ValueBefore = { textValue: string | null; foldedValue: string | null; numberValue: number | null; at: number };

export type StateBefore = { topicId: number; channel: "email" | "sms" | "phone" | "letter"; state: "pending" | "granted" | "withdrawn"; since: number; consentId: number };

/** Two records that were made one: what is needed to take it back. */
export const merges = table(
  "merges",
  {
    id: id(),
    publicId: text().notNull().unique(),
    survivorId: int().notNull().references(() => parties.id),
    mergedId: int().notNull().references(() => parties.id),
    at: instant().notNull(),
    actorKind: text().notNull(),
    actorId: int(),
    moved: json<Moved>().notNull(),
    before: json<Before>().notNull(),
    undoneAt: instant(),
  },
  (t) => [index("merges_survivor").on(t.survivorId, t.at), index("merges_merged").on(t.mergedId, t.at), index("merges_at").on(t.at)],
);

/** Two records that look like one person, or were said to be two. `partyId` is the lower number. */
export const doubles = table(
  "doubles",
  {
    id: id(),
    partyId: int().notNull().references(() => parties.id),
    otherId: int().notNull().references(() => parties.id),
    foundAt: instant().notNull(),
    /** When somebody said that they are two. */
    apartAt: instant(),
    apartBy: int(),
  },
  (t) => [uniqueIndex("doubles_pair").on(t.partyId, t.otherId), index("doubles_other").on(t.otherId)],
);

/** A person's name with a postcode, both folded: by it records without a common address are found. */
export const nameKeys = table(
  "name_keys",
  { partyId: int().notNull().references(() => parties.id), key: text().notNull() },
  (t) => [primaryKey({ columns: [t.partyId, t.key] }), index("name_keys_key").on(t.key, t.partyId)],
);

/** How far the search for doubles has come, by what it goes through. */
export const doubleSweeps = table("double_sweeps", { name: text().primaryKey(), lastId: int().notNull() });
