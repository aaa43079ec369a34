/**
 * Brings a database to the newest schema. All pending migrations run in one transaction: killed at any statement, the
 * database is as it was or as it shall be. Foreign keys are switched off before (inside a transaction the pragma does
 * nothing, and a table rebuild would cascade-delete children) and checked after.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import BetterSqlite from "better-sqlite3";
import pg from "pg";

import type { Env } from "../env.server";

type Migration = { name: string; statements: string[]; sha256: string };

/** Any number: all processes that migrate one database must agree on it. */
const MIGRATION_LOCK = 7_726_401;

export async function migrate(env: Pick<Env, "DATABASE_URL" | "DATABASE_FILE">, folder = "drizzle"): Promise<string[]> {
  return env.DATABASE_URL
    ? migratePostgres(env.DATABASE_URL, readMigrations(join(folder, "postgres")))
    : migrateSqlite(env.DATABASE_FILE, readMigrations(join(folder, "sqlite")));
}

function readMigrations(folder: string): Migration[] {
  const journal = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as { entries: { tag: string }[] };
  return journal.entries.map(({ tag }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), "utf8");
    return {
      name: tag,
      statements: text.split("--> statement-breakpoint").map((s) => s.trim()).filter(Boolean),
      sha256: createHash("sha256").update(text).digest("hex"),
    };
  });
}

const CREATE_LOG = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";

function pending(all: Migration[], applied: Map<string, string>): Migration[] {
  for (const { name, sha256 } of all)
    if (applied.has(name) && applied.get(name) !== sha256)
      throw new Error(`Migration ${name} was changed after it ran here; write a new one instead.`);
  const known = new Set(all.map((m) => m.name));
  const unknown = [...applied.keys()].filter((name) => !known.has(name));
  if (unknown.length) throw new Error(`This database is newer than this program: it has ${unknown.join(", ")}.`);
  return all.filter((m) => !applied.has(m.name));
}

function migrateSqlite(file: string, all: Migration[]): string[] {
  const db = new BetterSqlite(file, { timeout: 60_000 });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = OFF");
    // A rebuilt table takes the name of the old one: what triggers and children of others say of that name stays as it is.
    db.pragma("legacy_alter_table = ON");
    db.exec("BEGIN IMMEDIATE");
    db.exec(CREATE_LOG);
    const rows = db.prepare("SELECT name, sha256 FROM schema_migrations").all() as { name: string; sha256: string }[];
    const due = pending(all, new Map(rows.map((r) => [r.name, r.sha256])));
    for (const migration of due) {
      for (const statement of migration.statements) db.exec(statement);
      db.prepare("INSERT INTO schema_migrations VALUES (?, ?, ?)").run(migration.name, migration.sha256, Date.now());
    }
    if (due.length) {
      const broken = db.pragma("foreign_key_check") as unknown[];
      if (broken.length) throw new Error(`A migration left ${broken.length} rows without their parent.`);
    }
    db.exec("COMMIT");
    return due.map((m) => m.name);
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
    db.close();
  }
}

async function migratePostgres(url: string, all: Migration[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await client.query(CREATE_LOG);
    const { rows } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM schema_migrations");
    const due = pending(all, new Map(rows.map((r) => [r.name, r.sha256])));
    for (const migration of due) {
      for (const statement of migration.statements) await client.query(statement);
      await client.query("INSERT INTO schema_migrations VALUES ($1, $2, $3)", [migration.name, migration.sha256, Date.now()]);
    }
    await client.query("COMMIT");
    return due.map((m) => m.name);
  } finally {
    await client.end();
  }
}
