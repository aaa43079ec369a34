/** Databases for `npm run fault` and `npm run bench`: migrated, with a company's name and nothing else. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { migrate } from "../../app/db/migrate.server";
import { openPostgres } from "../../app/db/open-postgres.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { databaseDialect } from "../../app/env.server";
import { nameTheCompany } from "./company";
import { onEnd } from "./long";
import { startPostgres, type ScratchPostgres } from "./postgres";

export const SCRATCH_SECRET = "scratch-secret-scratch-secret-scratch!";
export const SCRATCH_FROM = "Test shop <shop@example.com>";

/** The settings with which another process opens it. */
export type Where = { DATABASE_URL: string } | { DATABASE_FILE: string };

let server: ScratchPostgres | null = null;
let serial = 0;

/** A folder of this run, gone when it ends; SCRATCH_DIR=/dev/shm keeps a slow or busy disk out of the figures. */
export function scratchFolder(): string {
  const parent = process.env.SCRATCH_DIR ?? ".cache";
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(resolve(parent, "scratch-"));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** In the dialect of this run (`--dialect postgres`). */
export async function scratchDatabase(): Promise<{ db: Database; where: Where }> {
  provideMailIdentity(SCRATCH_SECRET, SCRATCH_FROM);
  const where = await emptyDatabase();
  await migrate({ DATABASE_FILE: "", ...where });
  const db = "DATABASE_URL" in where ? openPostgres(where.DATABASE_URL, 5) : openSqlite(where.DATABASE_FILE);
  await nameTheCompany(db);
  return { db, where };
}

/** Where nothing is, not even a schema. */
export async function emptyDatabase(): Promise<Where> {
  return databaseDialect() === "postgres" ? { DATABASE_URL: await postgresDatabase() } : { DATABASE_FILE: join(scratchFolder(), "rapport.db") };
}

async function postgresDatabase(): Promise<string> {
  if (!server) {
    server = await startPostgres();
    if (!server) throw new Error("there is no PostgreSQL on this machine");
    onEnd(() => server?.stop());
  }
  serial += 1;
  const name = `scratch_${serial}`;
  await server.createDatabase(name);
  return `${server.url}/${name}`;
}
