/**
 * A company of a million customers with five million orders and ten million events, in the schema that the migrations
 * make: written once, with the same chance each time, and kept in .cache for every bench that asks about it. A smaller
 * one is the same company with all numbers scaled.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import BetterSqlite from "better-sqlite3";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { migrate } from "../../app/db/migrate.server";
import { nameTheCompany } from "./company";
import { at } from "./factories";
import { writeCustomers } from "./million-customers";
import { writeEvents, writeOrders, writeShop } from "./million-history";
import { writeRecords } from "./million-record";

/** The moment at which the company stands as it stands. */
export const MILLION_NOW = Date.UTC(2026, 10, 22, 12);

/** An administrator of it, for those who look at its pages. */
export const MILLION_STAFF = "staff@example.com";

export const ORDERS_EACH = 5;
export const EVENTS_EACH = 10;

export type Million = { /** Read it only, or copy it first: others find it as it was. */ file: string; customers: number; orders: number; events: number; now: number };

const FOLDER = ".cache/million";
/** What decides how the file looks. */
const MADE_OF = ["million.ts", "million-customers.ts", "million-history.ts", "million-record.ts"].map((name) => `tests/support/${name}`);

/** @param said is called with what is going on, some ten times */
export async function million(customers = 1_000_000, said: (line: string) => void = () => undefined): Promise<Million> {
  const made = { customers, orders: customers * ORDERS_EACH, events: customers * EVENTS_EACH, now: MILLION_NOW };
  const file = resolve(FOLDER, `${customers}-${fingerprint()}.db`);
  if (!existsSync(file)) await write(file, made, said);
  return { file, ...made };
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of [...readdirSync("drizzle/sqlite").filter((name) => name.endsWith(".sql")).map((name) => join("drizzle/sqlite", name)), "drizzle/seed/people.ts", "drizzle/seed/random.ts", "app/domain/customers/search.ts", "app/domain/customers/search-terms.ts", ...MADE_OF])
    hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

async function write(file: string, { customers, now }: Omit<Million, "file">, said: (line: string) => void): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  // Of an earlier schema nobody asks again.
  for (const name of readdirSync(FOLDER)) if (name.startsWith(`${customers}-`)) rmSync(join(FOLDER, name));
  const draft = `${file}.draft`;
  await migrate({ DATABASE_FILE: draft });
  const opened = openSqlite(draft);
  await nameTheCompany(opened);
  await opened.write((tx) => createStaffUser(tx, at(now), { email: MILLION_STAFF, name: "Staff", role: "administrator", locale: "en" }));
  await opened.close();

  const db = new BetterSqlite(draft);
  for (const pragma of ["journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "foreign_keys = OFF", "cache_size = -1048576"]) db.pragma(pragma);
  const indexes = putAside(db, "index");
  const triggers = putAside(db, "trigger");
  db.exec("BEGIN");
  said(`${customers} customers`);
  const people = writeCustomers(db, customers, now);
  said(`${customers * ORDERS_EACH} orders`);
  writeShop(db, now);
  writeRecords(db, people, now);
  writeOrders(db, people, customers * ORDERS_EACH, now);
  said(`${customers * EVENTS_EACH} events`);
  writeEvents(db, people, customers * EVENTS_EACH, now);
  people.writeMetrics();
  db.exec("COMMIT");
  said(`${indexes.length} indexes`);
  for (const sql of [...indexes, ...triggers]) db.exec(sql);
  db.pragma("journal_mode = WAL");
  db.close();
  for (const end of ["-wal", "-shm"]) rmSync(draft + end, { force: true });
  renameSync(draft, file);
}

/** Rows are written several times faster where nothing else is to be kept in order meanwhile. @returns what makes it again */
function putAside(db: BetterSqlite.Database, type: "index" | "trigger"): string[] {
  const all = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL").all(type) as { name: string; sql: string }[];
  for (const { name } of all) db.exec(`DROP ${type} "${name}"`);
  return all.map(({ sql }) => sql);
}
