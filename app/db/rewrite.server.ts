/** Writes an embedded database's file anew: places that were freed in it earlier hold nothing of what stood there. */
import BetterSqlite from "better-sqlite3";

/** Writers wait while it runs; it needs as much room again beside the file. */
export function rewriteFile(file: string): void {
  const db = new BetterSqlite(file, { timeout: 60_000 });
  try {
    db.exec("VACUUM");
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}
