/** A file as bad as files get: another encoding, NULs, a cell of a megabyte, one row in a hundred wrong. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { openSqlite } from "../../app/db/open-sqlite.server";
import { watchShell, writeBadFile } from "../support/bad-file";

const ROWS = 12_000;

/**
 * Mutant: hold the rows of a file before they are written (run-reader.server.ts, CHUNK_CHARACTERS), and 40 such cells are
 * held at once. `npm run fault -- import-file` is the long version.
 */
test("every row of it is taken or refused, with memory for a stretch of it", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-bad-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "klienci.csv");
  const wrong = writeBadFile({ path, rows: ROWS, encoding: "windows-1250" });
  const where = { DATABASE_FILE: join(folder, "rapport.db"), SECRET_KEY: "x".repeat(40) };
  const { code, out, most } = await watchShell(["import", "customers", path, "--json"], where).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ read: ROWS, accepted: ROWS - wrong.length, rejected: wrong.length, created: ROWS - wrong.length });
  expect(most).toBeLessThan(300);
  const db = openSqlite(where.DATABASE_FILE);
  onTestFinished(() => db.close());
  expect(await db.read.raw("select line, reason from import_rejects order by line")).toEqual(wrong);
  expect(await db.read.raw("select family_name from parties where number = '3'")).toEqual([{ family_name: "Żółć 3" }]);
});
