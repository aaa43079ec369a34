/**
 * The column kit every room's schema is written with: one schema source, two dialects. The dialect is fixed for the
 * life of the process (DATABASE_URL given or not); SQLite's types stand for both, since the row types are equal.
 */
import { databaseDialect } from "../env.server.ts";
import * as postgres from "./columns.postgres.ts";
import * as sqlite from "./columns.sqlite.ts";

const kit = (databaseDialect() === "postgres" ? postgres : sqlite) as typeof sqlite;

export const {
  table, id, int, minor, instant, real, text, day, oneOf, bool, json, bytes,
  index, primaryKey, uniqueIndex, foreignKey, unique,
} = kit;
