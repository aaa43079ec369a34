/**
 * kill -9 at the statements of a migration, in the built product: the database then has the old schema or the new one,
 * whole, with every row. Two migrations: the first of an empty database, and one that rebuilds a table with children.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import BetterSqlite from "better-sqlite3";
import pg from "pg";

import { migrate } from "../../app/db/migrate.server";

type Where = { DATABASE_URL: string } | { DATABASE_FILE: string };

export type Killed = {
  kills: number;
  /** Databases that were neither as before nor as they shall be, and what was found. */
  between: string[];
  /** Whether the next start brought the schema to the newest with every row. */
  finished: boolean;
};

/**
 * @param empty the settings of a database where nothing is
 * @param most so many of each migration's statements, spread over all, and its last
 */
export async function killMigrations(given: { empty: Where; folder: string; most: number }): Promise<Record<"first" | "rebuild", Killed>> {
  const { empty, folder, most } = given;
  const dialect = "DATABASE_URL" in empty ? "postgres" : "sqlite";
  const place = join(folder, "drizzle", dialect);
  mkdirSync(place, { recursive: true });
  cpSync(join("drizzle", dialect), place, { recursive: true });
  const first = await killEach(empty, folder, most);
  await addRows(empty);
  await addRebuild(empty, place);
  return { first, rebuild: await killEach(empty, folder, most) };
}

async function killEach(where: Where, folder: string, most: number): Promise<Killed> {
  const before = await look(where);
  const killed: Killed = { kills: 0, between: [], finished: false };
  const states: { at: number; state: string }[] = [];
  const total = await countStatements(where, folder);
  const step = Math.ceil((total - 1) / most);
  const some = Array.from({ length: Math.floor((total - 1) / step) }, (_, i) => (i + 1) * step);
  // The last one commits: once on its way, once when it is done.
  const points = [...some.map((at) => ({ at, sent: false })), { at: total, sent: true }, { at: total, sent: false }];
  for (const { at, sent } of points) {
    const { signal } = await run(where, folder, at, sent);
    if (signal === "SIGKILL") killed.kills += 1;
    states.push({ at, state: await look(where) });
    // On its way it may have arrived.
    if (states.at(-1)?.state !== before) break;
  }
  await migrate({ DATABASE_FILE: "", ...where }, join(folder, "drizzle"));
  const after = await look(where);
  killed.between = states.filter(({ state }) => state !== before && state !== after).map(({ at, state }) => `${at}: ${state.slice(0, 300)}`);
  killed.finished = after !== before && after.endsWith(rowsOf(before)) && !after.startsWith("broken");
  return killed;
}

/** By running it to its end on a copy. */
async function countStatements(where: Where, folder: string): Promise<number> {
  return (await run(await copyOf(where), folder, 0, false)).statements;
}

async function copyOf(where: Where): Promise<Where> {
  if ("DATABASE_FILE" in where) {
    const db = new BetterSqlite(where.DATABASE_FILE);
    await db.backup(`${where.DATABASE_FILE}-count`);
    db.close();
    return { DATABASE_FILE: `${where.DATABASE_FILE}-count` };
  }
  const url = new URL(where.DATABASE_URL);
  const [name, copy] = [url.pathname.slice(1), `${url.pathname.slice(1)}_count`];
  url.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: String(url) });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${copy}`);
  await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`);
  await admin.end();
  url.pathname = `/${copy}`;
  return { DATABASE_URL: String(url) };
}

/** The built product's own migration, in a folder of its own migrations. */
function run(where: Where, folder: string, at: number, sent: boolean): Promise<{ signal: string | null; statements: number }> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH, NODE_ENV: "production", SECRET_KEY: "killed-migrations-killed-migrations!", ...where, KILL_AT: String(at), ...(sent && { KILL_SENT: "1" }),
  };
  const child = spawn(process.execPath, ["--require", resolve("tests/support/kill-at-statement.cjs"), resolve("build/server/cli.js"), "migrate", "--quiet"], {
    cwd: folder, env, stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      const statements = Number(/statements: (\d+)/.exec(said)?.[1] ?? 0);
      if (signal === "SIGKILL" || (code === 0 && statements > 0)) done({ signal, statements });
      else fail(new Error(`the migration ended with ${code ?? signal}: ${said}`));
    });
  });
}

/** Schema and rows as text; begins with `broken` when the database says that it is. */
async function look(where: Where): Promise<string> {
  return "DATABASE_URL" in where ? lookAtPostgres(where.DATABASE_URL) : lookAtSqlite(where.DATABASE_FILE);
}

function lookAtSqlite(file: string): string {
  const db = new BetterSqlite(file);
  try {
    const schema = db.prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all() as { name: string; sql: string }[];
    const health = [db.pragma("integrity_check", { simple: true }), (db.pragma("foreign_key_check") as unknown[]).length];
    const has = schema.some(({ name }) => name === "contact_points");
    const rows = has ? db.prepare("SELECT p.public_id, c.value FROM parties p LEFT JOIN contact_points c ON c.party_id = p.id ORDER BY 1, 2").all() : [];
    return `${health.join() === "ok,0" ? "" : `broken ${health.join()} `}${JSON.stringify(schema)}${rowText(rows)}`;
  } finally {
    db.close();
  }
}

async function lookAtPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = await client.query("SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2");
    const indexes = await client.query("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1");
    const has = columns.rows.some((row: { table_name: string }) => row.table_name === "contact_points");
    const { rows } = has ? await client.query("SELECT p.public_id, c.value FROM parties p LEFT JOIN contact_points c ON c.party_id = p.id ORDER BY 1, 2") : { rows: [] };
    return `${JSON.stringify([columns.rows, indexes.rows])}${rowText(rows)}`;
  } finally {
    await client.end();
  }
}

const rowText = (rows: unknown[]) => ` rows: ${JSON.stringify(rows)}`;
const rowsOf = (state: string) => state.slice(state.lastIndexOf(" rows: "));

const PARTY = `(id, public_id, kind, is_customer, is_supplier, name, search_text, lifecycle_stage, tier, locale, time_zone, source, created_at, updated_at)
  VALUES ($id, 'p-$id', 'person', true, false, 'Ann', 'ann', 'lead', 'standard', 'en', 'UTC', 'seed', 0, 0)`;
const POINT = "(party_id, kind, value, normalized_value, is_primary, source, created_at) VALUES ($id, 'email', 'p$id@example.com', 'p$id@example.com', true, 'seed', 0)";

async function addRows(where: Where): Promise<void> {
  const statements = Array.from({ length: 50 }, (_, i) => [`INSERT INTO parties ${PARTY}`, `INSERT INTO contact_points ${POINT}`].map((sql) => sql.replaceAll("$id", String(i + 1)))).flat();
  if ("DATABASE_FILE" in where) {
    const db = new BetterSqlite(where.DATABASE_FILE);
    for (const sql of statements) db.exec(sql);
    db.close();
    return;
  }
  const client = new pg.Client({ connectionString: where.DATABASE_URL });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

/** As a later version might bring it: a table that others point at is made anew, and its rows are changed. */
async function addRebuild(where: Where, place: string): Promise<void> {
  const statements =
    "DATABASE_URL" in where
      ? [
          "ALTER TABLE parties ADD COLUMN shade text", "UPDATE parties SET shade = tier", "ALTER TABLE parties ALTER COLUMN shade SET NOT NULL",
          "CREATE INDEX parties_shade ON parties (shade)", "ALTER TABLE contact_points ALTER COLUMN value TYPE varchar(400)",
        ]
      : rebuildSqlite(where.DATABASE_FILE);
  writeFileSync(join(place, "0001_rebuild.sql"), statements.join("\n--> statement-breakpoint\n"));
  const file = join(place, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { tag: string }[] };
  writeFileSync(file, JSON.stringify({ ...journal, entries: [...journal.entries, { tag: "0001_rebuild" }] }));
}

function rebuildSqlite(file: string): string[] {
  const db = new BetterSqlite(file, { readonly: true });
  const parts = db.prepare("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'parties' AND sql IS NOT NULL").all() as { type: string; sql: string }[];
  db.close();
  const table = parts.find(({ type }) => type === "table")!.sql;
  return [
    table.replace(/parties/, "__new_parties").replace(/\)\s*$/, ", shade text)"),
    "INSERT INTO __new_parties SELECT *, tier FROM parties",
    "DROP TABLE parties",
    "ALTER TABLE __new_parties RENAME TO parties",
    ...parts.filter(({ type }) => type !== "table").map(({ sql }) => sql),
    "CREATE INDEX parties_shade ON parties (shade)",
    "UPDATE parties SET shade = 'x'",
  ];
}
