import { setTimeout as pause } from "node:timers/promises";

import BetterSqlite from "better-sqlite3";
import { eq, inArray, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";

import type { Database } from "../../app/db/types";
import { settings } from "../../app/domain/company/schema";

import { listChangesAfter, noteChange, recordAudit } from "~/domain/journal/journal.server";
import { hasDatabase, settingsOf, testDatabase } from "../support/database";

const by = { actor: { kind: "system", name: "seed" }, now: Date.UTC(2026, 0, 5) } as const;

const casesChanged = async (db: Database) => (await listChangesAfter(db.read, 0)).flatMap(({ topic }) => (topic.startsWith("case:") ? [topic] : []));

test.runIf(hasDatabase())("a transaction that throws leaves nothing behind, and the next one runs", async () => {
  const db = await testDatabase();
  await expect(
    db.write(async (tx) => {
      await noteChange(tx, by, "case:1");
      throw new Error("halfway");
    }),
  ).rejects.toThrow("halfway");
  expect(await casesChanged(db)).toEqual([]);
  await db.write((tx) => noteChange(tx, by, "case:2"));
  expect(await casesChanged(db)).toEqual(["case:2"]);
});

test.runIf(hasDatabase())("transactions started together do not mix", async () => {
  const db = await testDatabase();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      db
        .write(async (tx) => {
          await recordAudit(tx, by, "one", { type: "x", id: i });
          await recordAudit(tx, by, "two", { type: "x", id: i });
          if (i % 2) throw new Error("odd");
        })
        .catch((error: Error) => expect(error.message).toBe("odd")),
    ),
  );
  const rows = await db.read.raw<{ n: number }>("SELECT cast(count(*) as bigint) AS n FROM audit_log WHERE subject_type = 'x'");
  expect(Number(rows[0]?.n)).toBe(20);
});

test.runIf(hasDatabase())("a question mark inside quotes is not a placeholder", async () => {
  const db = await testDatabase();
  const rows = await db.read.raw<{ a: string; b: string }>(`SELECT 'what?' AS a, cast(? as text) AS b`, ["it's ?"]);
  expect(rows).toEqual([{ a: "what?", b: "it's ?" }]);
});

test.runIf(hasDatabase())("the reading connection refuses to write", async (context) => {
  const db = await testDatabase();
  context.skip(db.dialect === "postgres", "PostgreSQL reads share the pool");
  await expect(db.read.raw("DELETE FROM change_log")).rejects.toThrow(/readonly/);
});

/** Mutant: without a listener on the connection that a transaction holds, its end is an uncaught error: the process dies. */
test.runIf(hasDatabase())("a connection that breaks inside a transaction fails that transaction only", async (context) => {
  const db = await testDatabase();
  context.skip(db.dialect === "sqlite", "SQLite has no connection that could break");
  const broken = db.write(async (tx) => {
    await tx.raw("SELECT 1");
    const [me] = await tx.raw<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await db.read.raw("SELECT pg_terminate_backend(?)", [me!.pid]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await noteChange(tx, by, "case:1");
  });
  await expect(broken).rejects.toThrow();
  await db.write((tx) => noteChange(tx, by, "case:2"));
  expect(await casesChanged(db)).toEqual(["case:2"]);
});

/** Mutant: without the pool's setting, a machine that is suspended in the middle of a transaction stops all the others. */
test.runIf(hasDatabase())("who falls asleep inside a transaction does not keep its rows for ever", async (context) => {
  const db = await testDatabase();
  context.skip(db.dialect === "sqlite", "SQLite has no connection that could sleep apart");
  const [row] = await db.read.raw<Record<string, string>>("SHOW idle_in_transaction_session_timeout");
  expect(row?.idle_in_transaction_session_timeout).toBe("1min");
});

/** Mutant: without the repeat, PostgreSQL's victim of the deadlock fails. */
test.runIf(hasDatabase())("two transactions that wait for each other both come through, each done once", async () => {
  const db = await testDatabase();
  await db.write((tx) => tx.insert(settings).values(["a", "b"].map((key) => ({ key, value: 0, updatedAt: 0 }))));
  const count = (first: string, second: string) =>
    db.write(async (tx) => {
      for (const key of [first, second]) {
        await tx.update(settings).set({ updatedAt: sql`${settings.updatedAt} + 1` }).where(eq(settings.key, key));
        if (db.dialect === "postgres" && key === first) await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });
  await Promise.all([count("a", "b"), count("b", "a")]);
  const rows = await db.read.select({ at: settings.updatedAt }).from(settings).where(inArray(settings.key, ["a", "b"]));
  expect(rows.map((row) => row.at)).toEqual([2, 2]);
});

/** Mutant: PostgreSQL refuses the character wherever it stands, and a request that carries it fails. */
test.runIf(hasDatabase())("a NUL, which text on PostgreSQL cannot hold, finds nothing and breaks nothing", async () => {
  const db = await testDatabase();
  expect(await db.read.raw("SELECT 1 AS one FROM settings WHERE key = ?", ["a\0"])).toEqual([]);
  expect(await db.read.select().from(settings).where(eq(settings.key, "a\0"))).toEqual([]);
});

/** Mutant: waiting as SQLite does (busy_timeout): nothing here could let the lock go, and the write would fail. */
test.runIf(hasDatabase())("a write waits for that of another process, and everything else here goes on", async (context) => {
  const db = await testDatabase();
  const where = settingsOf(db);
  if (!("DATABASE_FILE" in where)) return context.skip("PostgreSQL locks rows, and waits without us");
  const other = new BetterSqlite(where.DATABASE_FILE);
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  const order: string[] = [];
  const written = db.write((tx) => noteChange(tx, by, "case:3")).then(() => order.push("written"));
  await pause(20);
  order.push("let go");
  other.exec("COMMIT");
  await written;
  expect(order).toEqual(["let go", "written"]);
});
