/** `rapport backup FILE`: a consistent copy while web and worker go on. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, openSync, fsyncSync, closeSync, linkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import BetterSqlite from "better-sqlite3";

import type { Env } from "../../env.server";
import { fail } from "../shell";
import { type Manifest, writeArchive } from "./archive";
import { dumpPostgres, askPostgres } from "./postgres";

export type Places = Pick<Env, "DATABASE_FILE" | "DATABASE_URL" | "DATA_DIR" | "SECRET_KEY" | "SECRET_KEY_OLD">;

/** Written aside and then named: FILE is a whole backup or is not there. Never over another file. */
export async function makeBackup(env: Places, target: string, now: number): Promise<Manifest> {
  const file = resolve(target);
  if (existsSync(file)) fail(`${target}: is there already; a backup never overwrites another one`);
  if (!existsSync(dirname(file))) fail(`${target}: there is no folder ${dirname(file)}`);
  const aside = mkdtempSync(join(dirname(file), ".rapport-backup-"));
  try {
    const copied = env.DATABASE_URL ? await copyPostgres(env.DATABASE_URL, aside) : copySqlite(env.DATABASE_FILE, aside);
    const archive = join(aside, "backup.tar");
    const { member, ...about } = copied;
    const manifest = writeArchive(archive, { madeAt: now, ...about }, [member, ...filesOf(env)]);
    linkSync(archive, file);
    syncFolder(dirname(file));
    return manifest;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

type Copied = Pick<Manifest, "dialect" | "migrations" | "keyMark"> & { member: { name: string; file: string } };

/** VACUUM INTO reads one state of the database and holds nobody up; what was deleted is not in the copy any more. */
function copySqlite(source: string, aside: string): Copied {
  if (!existsSync(source)) fail(`DATABASE_FILE: there is no database ${resolve(source)}`);
  const file = join(aside, "rapport.db");
  const db = new BetterSqlite(source, { readonly: true, timeout: 60_000 });
  try {
    db.prepare("VACUUM INTO ?").run(file);
  } finally {
    db.close();
  }
  return { dialect: "sqlite", ...checkSqlite(file), member: { name: "rapport.db", file } };
}

/** A copy that could not be used is found now, not on the day it is needed. */
export function checkSqlite(file: string): Pick<Manifest, "migrations" | "keyMark"> {
  const db = new BetterSqlite(file, { readonly: true });
  try {
    const [verdict] = db.pragma("integrity_check(1)") as { integrity_check: string }[];
    if (verdict?.integrity_check !== "ok") fail(`the database in it is damaged: ${verdict?.integrity_check}`);
    const broken = db.pragma("foreign_key_check") as unknown[];
    if (broken.length) fail(`the database in it is damaged: ${broken.length} rows without their parent`);
    const migrations = db.prepare("SELECT name FROM schema_migrations ORDER BY name").all() as { name: string }[];
    const mark = db.prepare("SELECT mark FROM secret_key_marks WHERE current").get() as { mark: string } | undefined;
    return { migrations: migrations.map((row) => row.name), keyMark: mark?.mark ?? null };
  } finally {
    db.close();
  }
}

async function copyPostgres(url: string, aside: string): Promise<Copied> {
  const file = join(aside, "rapport.dump");
  dumpPostgres(url, file);
  return { dialect: "postgres", ...(await askPostgres(url)), member: { name: "rapport.dump", file } };
}

/** What is kept beside the database: the key, where it was made here, and the mails of the outbox folder. */
function filesOf({ DATA_DIR }: Places): { name: string; file: string }[] {
  const key = join(DATA_DIR, "secret.key");
  const outbox = join(DATA_DIR, "outbox");
  const mails = existsSync(outbox) ? readdirSync(outbox).filter((name) => /^[0-9a-f-]{36}\.eml$/.test(name)) : [];
  return [
    ...(existsSync(key) ? [{ name: "secret.key", file: key }] : []),
    ...mails.toSorted().map((name) => ({ name: `outbox/${name}`, file: join(outbox, name) })),
  ];
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A file takes its place at once, whatever stood there. */
export function putInPlace(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}
