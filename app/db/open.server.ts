import type { Env } from "../env.server";
import { openPostgres } from "./open-postgres.server";
import { openSqlite } from "./open-sqlite.server";
import type { Database } from "./types";

export function openDatabase(env: Pick<Env, "DATABASE_URL" | "DATABASE_FILE">): Database {
  return env.DATABASE_URL ? openPostgres(env.DATABASE_URL) : openSqlite(env.DATABASE_FILE);
}
