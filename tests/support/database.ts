import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import pg from "pg";
import { v4 } from "uuid";
import { inject, onTestFinished } from "vitest";

import { openPostgres } from "../../app/db/open-postgres.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { databaseDialect } from "../../app/env.server";

export const TEST_SECRET = "test-secret-test-secret-test-secret!";
export const TEST_MAIL_FROM = "Test shop <shop@example.com>";

/** A fresh, migrated database that holds a company's name and nothing else, in the dialect of this run; closed when the test ends. */
export async function testDatabase(): Promise<Database> {
  const db = await sceneDatabase();
  onTestFinished(async () => {
    await db.close();
    await drop(settingsOf(db));
  });
  return db;
}

/** The same for several tests that only read; whoever asks closes it. */
export async function sceneDatabase(): Promise<Database> {
  provideMailIdentity(TEST_SECRET, TEST_MAIL_FROM);
  const where: Where = databaseDialect() === "postgres" ? { DATABASE_URL: await freshPostgresUrl() } : { DATABASE_FILE: freshSqliteFile() };
  const db = "DATABASE_URL" in where ? openPostgres(where.DATABASE_URL, 5) : openSqlite(where.DATABASE_FILE);
  places.set(db, where);
  return db;
}

type Where = { DATABASE_URL: string } | { DATABASE_FILE: string };
const places = new WeakMap<Database, Where>();

/** The settings with which another process opens a test's database. */
export function settingsOf(db: Database): Where {
  return places.get(db) as Where;
}

/** The path of a fresh, migrated SQLite file. */
export function freshSqliteFile(): string {
  const { folder, template } = inject("scratch");
  const file = join(folder, `${v4()}.db`);
  copyFileSync(template, file);
  return file;
}

/** False on a machine without PostgreSQL, in the run that needs it: `test.runIf(hasDatabase())`. */
export function hasDatabase(): boolean {
  return databaseDialect() === "sqlite" || inject("postgres").url !== null;
}

/** The address of a fresh, migrated database on the scratch server, for processes of their own. */
export async function freshPostgresUrl(): Promise<string> {
  return createPostgres(`TEMPLATE template_rapport ${inject("postgres").copying}`);
}

/** As `freshPostgresUrl`, of a database where nothing is. */
export async function emptyPostgresUrl(): Promise<string> {
  return createPostgres("");
}

async function createPostgres(how: string): Promise<string> {
  const name = `t_${v4().replaceAll("-", "")}`;
  await scratchServer().query(`CREATE DATABASE ${name} ${how}`);
  return `${inject("postgres").url}/${name}`;
}

/** A thousand tests would otherwise leave ten gigabytes behind. */
async function drop(where: Where): Promise<void> {
  if ("DATABASE_URL" in where) await scratchServer().query(`DROP DATABASE ${where.DATABASE_URL.split("/").at(-1)} WITH (FORCE)`);
  else for (const suffix of ["", "-wal", "-shm"]) rmSync(where.DATABASE_FILE + suffix, { force: true });
}

let administrator: pg.Pool | undefined;

/** One connection for all tests of a worker process. */
function scratchServer(): pg.Pool {
  const { url } = inject("postgres");
  if (!url) throw new Error("no PostgreSQL on this machine");
  administrator ??= new pg.Pool({ connectionString: `${url}/postgres`, max: 1, allowExitOnIdle: true }).on("error", () => undefined);
  return administrator;
}

/** The settings of a fresh, migrated database: on SQLite in this very file, whose folder is made. */
export async function freshPlace(file: string): Promise<{ DATABASE_URL?: string; DATABASE_FILE: string }> {
  mkdirSync(dirname(file), { recursive: true });
  if (databaseDialect() === "postgres") return { DATABASE_URL: await freshPostgresUrl(), DATABASE_FILE: file };
  copyFileSync(inject("scratch").template, file);
  return { DATABASE_FILE: file };
}
