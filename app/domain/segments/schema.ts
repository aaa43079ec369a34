import { id, index, instant, int, json, table, text } from "../../db/columns.ts";
import type { RuleGroup } from "./rule.ts";

export const segments = table(
  "segments",
  {
    id: id(),
    publicId: text().notNull().unique(),
    name: text().notNull(),
    rules: json<RuleGroup>().notNull(),
    /** Raised by every save; a save against an older version is refused (409). */
    version: int().notNull().default(1),
    createdBy: int(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    archivedAt: instant(),
  },
  (t) => [index("segments_name").on(t.name)],
);
