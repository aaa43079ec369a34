/** PostgreSQL's own programs do the copying: pg_dump, pg_restore and psql, of the server's version or newer. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import pg from "pg";

import { environmentFor } from "../../env.server";
import { fail } from "../shell";

export function dumpPostgres(url: string, file: string): void {
  run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", `--file=${file}`]);
}

/**
 * Puts a dump in the place of everything that this database holds: in one transaction, together with `held`, so that
 * it is as it was, or restored and held.
 */
export function restorePostgres(url: string, dump: string, script: string, held: string): void {
  run("pg_restore", null, ["--no-owner", "--no-privileges", `--file=${script}`, dump]);
  run("psql", url, [
    "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
    `--command=${EMPTY}`, `--file=${script}`,
    // The script leaves no search path behind, and what is written now has triggers that need one.
    "--command=RESET search_path", `--command=${held}`,
  ]);
}

/** The schema itself stays: who owns it and who may use it is not ours to say. */
const EMPTY = `DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', one.tablename);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE';
  END LOOP;
END $$`;

export async function askPostgres(url: string): Promise<{ migrations: string[]; keyMark: string | null }> {
  const migrations = await ask<{ name: string }>(url, "SELECT name FROM schema_migrations ORDER BY name");
  const [mark] = await ask<{ mark: string }>(url, "SELECT mark FROM secret_key_marks WHERE current");
  return { migrations: migrations.map((row) => row.name), keyMark: mark?.mark ?? null };
}

/** How many others are connected to this database: a web process, a worker, or somebody's shell. */
export async function countOthers(url: string): Promise<number> {
  const [row] = await ask<{ n: number }>(url, "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
  return row?.n ?? 0;
}

/** Whether people or customers are in it. */
export async function holdsData(url: string): Promise<boolean> {
  const [there] = await ask<{ t: string | null }>(url, "SELECT to_regclass('public.staff_users')::text AS t");
  if (!there?.t) return false;
  const [row] = await ask<{ held: boolean }>(url, "SELECT EXISTS (SELECT 1 FROM staff_users) OR EXISTS (SELECT 1 FROM parties) AS held");
  return row?.held ?? false;
}

async function ask<Row extends pg.QueryResultRow>(url: string, question: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(question)).rows;
  } finally {
    await client.end();
  }
}

/** The password goes by the environment: a list of processes shows arguments. */
function run(program: string, url: string | null, args: string[]): void {
  const place = url === null ? null : new URL(url);
  const password = place ? decodeURIComponent(place.password) : "";
  if (place) place.password = "";
  const { status, stderr, error } = spawnSync(find(program), [...(place ? [`--dbname=${place}`] : []), ...args], {
    encoding: "utf8",
    env: environmentFor({ PGOPTIONS: "-c client_min_messages=warning", ...(password && { PGPASSWORD: password }) }),
  });
  if (error) fail(`${program} could not be started (${(error as NodeJS.ErrnoException).code})`);
  if (status !== 0) fail(`${program} said: ${stderr.trim().slice(0, 2000)}`);
}

/** In the PATH, or where Debian keeps the newest. */
function find(program: string): string {
  const inPath = (environmentFor({}).PATH ?? "").split(":").map((folder) => join(folder, program)).find((file) => existsSync(file));
  if (inPath) return inPath;
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(root, version, "bin", program)).find((file) => existsSync(file));
  return debian ?? fail(`${program} is not on this machine: install PostgreSQL's client programs (Debian: apt-get install postgresql-client)`);
}
