import { expect, test } from "vitest";

import { listChangesAfter, noteChange, recordAudit } from "~/domain/journal/journal.server";
import { hasDatabase, testDatabase } from "../support/database";

const by = { actor: { kind: "system", name: "seed" }, now: Date.UTC(2026, 0, 5) } as const;

test.runIf(hasDatabase())("a transaction that throws leaves nothing behind, and the next one runs", async () => {
  const db = await testDatabase();
  await expect(
    db.write(async (tx) => {
      await noteChange(tx, by, "case:1");
      throw new Error("halfway");
    }),
  ).rejects.toThrow("halfway");
  expect(await listChangesAfter(db.read, 0)).toEqual([]);
  await db.write((tx) => noteChange(tx, by, "case:2"));
  expect((await listChangesAfter(db.read, 0)).map((c) => c.topic)).toEqual(["case:2"]);
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
  const rows = await db.read.raw<{ n: number }>("SELECT cast(count(*) as bigint) AS n FROM audit_log");
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
