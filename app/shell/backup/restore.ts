/**
 * `rapport restore FILE`: a backup takes the place of the database, with all sending held. Everything is unpacked and
 * checked aside first; the database changes its place in one step, while no process has it open.
 */
import { existsSync, mkdirSync, mkdtempSync, linkSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import BetterSqlite from "better-sqlite3";

import { migrate } from "../../db/migrate.server";
import { openDatabase } from "../../db/open.server";
import { endEverySession } from "../../domain/accounts/sweep.server";
import { markOf } from "../../domain/deliveries/identity.server";
import { beginAfterRestore } from "../../domain/deliveries/restored.server";
import { bySystem } from "../../domain/journal/actor";
import { fail } from "../shell";
import { type Manifest, readArchive, UnusableArchive } from "./archive";
import { checkSqlite, makeBackup, type Places, putInPlace } from "./make";
import { countOthers, holdsData, restorePostgres } from "./postgres";

export type Restored = { manifest: Manifest; /** Where what was replaced is kept. */ kept: string | null };

type Wish = { file: string; replace: boolean; now: number };

export async function restoreBackup(env: Places, wish: Wish): Promise<Restored> {
  if (!existsSync(wish.file)) fail(`${wish.file}: there is no such file`);
  mkdirSync(env.DATA_DIR, { recursive: true });
  const aside = mkdtempSync(join(env.DATA_DIR, ".restore-"));
  try {
    mkdirSync(join(aside, "outbox"));
    const manifest = unpack(wish.file, aside);
    const dialect = env.DATABASE_URL ? "postgres" : "sqlite";
    if (manifest.dialect !== dialect)
      fail(`${wish.file}: this is a backup of ${nameOf(manifest.dialect)}, and this Rapport runs on ${nameOf(dialect)} (${dialect === "sqlite" ? "DATABASE_URL is not set" : "DATABASE_URL is set"})`);
    requireKeyOf(env, manifest, aside, wish);
    const kept = env.DATABASE_URL
      ? await restoreToPostgres(env, env.DATABASE_URL, aside, manifest, wish)
      : await restoreToSqlite(env, aside, manifest, wish);
    restoreFiles(env, aside, kept);
    return { manifest, kept };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

const nameOf = (dialect: Manifest["dialect"]) => (dialect === "sqlite" ? "an embedded database" : "PostgreSQL");

function unpack(file: string, aside: string): Manifest {
  try {
    return readArchive(file, aside, (name) => (/^(rapport\.(db|dump)|secret\.key|outbox\/[0-9a-f-]{36}\.eml)$/.test(name) ? name : null));
  } catch (error) {
    if (error instanceof UnusableArchive) fail(`${file}: cannot be restored: ${error.message}`);
    throw error;
  }
}

/** The key that Rapport will start with must be the one that this backup belongs to. */
function requireKeyOf(env: Places, { keyMark }: Manifest, aside: string, { file }: Wish): void {
  const [own, restored] = [join(env.DATA_DIR, "secret.key"), join(aside, "secret.key")];
  const isKept = existsSync(own) && readFileSync(own, "utf8").trim() === env.SECRET_KEY;
  const key = isKept && existsSync(restored) ? readFileSync(restored, "utf8").trim() : env.SECRET_KEY;
  const given = markOf([key, ...env.SECRET_KEY_OLD].at(-1) as string);
  if (keyMark !== null && keyMark !== given)
    fail(`${file}: belongs to another SECRET_KEY (mark ${keyMark}; the one given has ${given}). Give the key it was made with; nothing was changed.`);
}

// ── the embedded database ───────────────────────────────────────────────────────────────────────────────────────────

async function restoreToSqlite(env: Places, aside: string, manifest: Manifest, wish: Wish): Promise<string | null> {
  const fresh = join(aside, "rapport.db");
  if (!existsSync(fresh)) fail(`${wish.file}: cannot be restored: there is no database in it`);
  checkSqlite(fresh);
  await prepare({ DATABASE_FILE: fresh, DATABASE_URL: undefined }, manifest, wish);
  return whileNobodyHasIt(env.DATABASE_FILE, (current) => {
    const holds = current !== null && rowsIn(current);
    if (holds && !wish.replace) fail(replaceFirst(resolve(env.DATABASE_FILE)));
    const kept = holds ? keepAside(env, wish.now) : null;
    // A link, not a move: at every instant there is a whole database in this place.
    if (kept) linkSync(env.DATABASE_FILE, join(kept, basename(env.DATABASE_FILE)));
    putInPlace(fresh, env.DATABASE_FILE);
    return kept;
  });
}

const replaceFirst = (where: string) =>
  `There is a database with data in it: ${where}. Give --replace to put the backup in its place; what is there now is then kept aside.`;

/** Only one process at a time can take a database out of WAL: it fails while anybody else has it open. */
function whileNobodyHasIt<T>(file: string, work: (current: BetterSqlite.Database | null) => T): T {
  if (!existsSync(file)) return work(null);
  const current = new BetterSqlite(file, { timeout: 300 });
  try {
    try {
      current.pragma("locking_mode = EXCLUSIVE");
      current.pragma("journal_mode = DELETE");
      current.exec("BEGIN EXCLUSIVE; COMMIT");
    } catch (error) {
      if (/^SQLITE_BUSY/.test((error as { code?: string }).code ?? ""))
        fail(`The database ${resolve(file)} is in use. Stop Rapport (web and worker) first, then restore.`);
      throw error;
    }
    return work(current);
  } finally {
    current.close();
  }
}

function rowsIn(db: BetterSqlite.Database): boolean {
  const known = db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('staff_users', 'parties')").get() as { n: number };
  if (known.n < 2) return false;
  return (db.prepare("SELECT EXISTS (SELECT 1 FROM staff_users) OR EXISTS (SELECT 1 FROM parties) AS held").get() as { held: number }).held === 1;
}

// ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────────────

async function restoreToPostgres(env: Places, url: string, aside: string, manifest: Manifest, wish: Wish): Promise<string | null> {
  const dump = join(aside, "rapport.dump");
  if (!existsSync(dump)) fail(`${wish.file}: cannot be restored: there is no database in it`);
  const others = await countOthers(url);
  if (others > 0) fail(`${others} others are connected to this database. Stop Rapport (every web and worker process) first, then restore.`);
  const holds = await holdsData(url);
  if (holds && !wish.replace) fail(replaceFirst("DATABASE_URL"));
  const kept = holds ? keepAside(env, wish.now) : null;
  if (kept) await makeBackup(env, join(kept, "replaced.tar"), wish.now);
  const held = `INSERT INTO public.send_holds (reason, since, backup_at, last_delivery_id, held_by) SELECT 'restored', ${Math.trunc(wish.now)}, ${Math.trunc(manifest.madeAt)}, coalesce(max(id), 0), 'cli' FROM public.deliveries`;
  restorePostgres(url, dump, join(aside, "restore.sql"), held);
  await prepare({ DATABASE_FILE: "", DATABASE_URL: url }, manifest, wish);
  return kept;
}

// ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Brings the restored database to our schema (a newer one is refused), and tells it that it was restored. */
async function prepare(where: Pick<Places, "DATABASE_FILE" | "DATABASE_URL">, manifest: Manifest, wish: Wish): Promise<void> {
  await migrate(where).catch((error: Error) => fail(`${wish.file}: cannot be restored: ${error.message}`));
  const db = openDatabase(where);
  const by = bySystem("cli", wish.now);
  try {
    await db.write(async (tx) => {
      await beginAfterRestore(tx, by, manifest.madeAt);
      await endEverySession(tx, by);
    });
  } finally {
    await db.close();
  }
}

function keepAside({ DATA_DIR }: Places, now: number): string {
  const folder = join(DATA_DIR, `replaced-${new Date(now).toISOString().replace(/[:.]/g, "-")}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** The key belongs to the database: links and hashes in it were made with that key. Mails of the folder are added. */
function restoreFiles({ DATA_DIR }: Places, aside: string, kept: string | null): void {
  const key = join(DATA_DIR, "secret.key");
  const restored = join(aside, "secret.key");
  if (existsSync(restored)) {
    const other = existsSync(key) && readFileSync(key, "utf8") !== readFileSync(restored, "utf8");
    if (other && kept) linkSync(key, join(kept, "secret.key"));
    putInPlace(restored, key);
  }
  const outbox = join(DATA_DIR, "outbox");
  if (kept && existsSync(outbox)) renameSync(outbox, join(kept, "outbox"));
  mkdirSync(outbox, { recursive: true });
  for (const name of readdirSync(join(aside, "outbox"))) renameSync(join(aside, "outbox", name), join(outbox, name));
}
