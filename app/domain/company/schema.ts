import { instant, json, table, text } from "../../db/columns.ts";

/** Settings of the company that runs this Rapport: one row per key (see company.ts for the keys and their shapes). */
export const settings = table("settings", {
  key: text().primaryKey(),
  value: json<unknown>().notNull(),
  updatedAt: instant().notNull(),
});
