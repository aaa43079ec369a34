/** A file as bad as files get: another encoding, NULs, a cell of a megabyte, one row in a hundred wrong. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import iconv from "iconv-lite";
import { expect, onTestFinished, test } from "vitest";

import { countRejects } from "../../app/domain/imports/rejects.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { WORKER_FLAGS } from "../../scripts/worker-flags.mjs";

const ROWS = 12_000;

/** Mutant: hold the rows of a file before they are written (run-reader.server.ts, CHUNK_CHARACTERS), and 40 such cells are held at once. */
test("every row of it is taken or refused, with memory for a stretch of it", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-bad-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "klienci.csv");
  writeFileSync(file, iconv.encode(text(), "windows-1250"));
  const where = { DATABASE_FILE: join(folder, "rapport.db"), DATA_DIR: folder, SECRET_KEY: "x".repeat(40) };
  const { out, most } = await rapport(["import", "customers", file, "--json"], where);
  expect(JSON.parse(out)).toMatchObject({ read: ROWS, accepted: ROWS - WRONG, rejected: WRONG, created: ROWS - WRONG });
  expect(most).toBeLessThan(300);
  const db = openSqlite(where.DATABASE_FILE);
  onTestFinished(() => db.close());
  expect(await countRejects(db.read, 1)).toEqual([{ reason: "bad_email", count: WRONG - 41 }, { reason: "too_long", count: 40 }, { reason: "open_quote", count: 1 }]);
  expect(await db.read.raw("select family_name from parties where number = '3'")).toEqual([{ family_name: "Żółć 3" }]);
});

const WRONG = ROWS / 100;

function text(): string {
  const large = "x".repeat(1_000_000);
  const parts = ["numer klienta;e-mail;imię;nazwisko\r\n"];
  for (let i = 0; i < ROWS; i++) {
    const wrong = i % 100 === 50;
    const first = wrong && i < 4000 ? `"${large}"` : i % 97 === 0 ? "Jo\0anna" : `"Łucja; ""Lu"""`;
    const last = wrong && i === 4050 ? '"Otwarty' : `Żółć ${i}`;
    parts.push(`${i};${wrong && i > 4050 ? "nie adres" : `klient${i}@example.com`};${first};${last}\r\n`);
  }
  return parts.join("");
}

/** @returns what it printed, and the most memory it held, in MB */
async function rapport(args: string[], where: Record<string, string>): Promise<{ out: string; most: number }> {
  const child = spawn(process.execPath, [...WORKER_FLAGS, "build/server/cli.js", ...args], { env: { PATH: process.env.PATH, NODE_ENV: "production", ...where }, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  let most = 0;
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  const look = setInterval(() => (most = Math.max(most, highWater(child.pid))), 20);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(look);
  expect(code).toBe(0);
  return { out, most };
}

function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
