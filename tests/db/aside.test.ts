import { describe, expect, test } from "vitest";

import { topics } from "../../app/domain/customers/schema";
import { at, aTopic } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

describe.runIf(hasDatabase())("a read aside", () => {
  test("sees what was committed, by both ways of asking, and writes nothing", async () => {
    const db = await testDatabase();
    await db.write((tx) => aTopic(tx, at(), "news"));
    expect(await db.aside.select({ key: topics.key }).from(topics)).toEqual([{ key: "news" }]);
    expect(await db.aside.raw("SELECT key FROM topics WHERE key = ?", ["news"])).toEqual([{ key: "news" }]);
    await expect(db.aside.raw("SELECT nothing FROM topics")).rejects.toThrow(/nothing/);
    if (db.dialect === "sqlite") await expect(db.aside.raw("UPDATE topics SET position = 9 RETURNING id")).rejects.toThrow(/readonly/);
    expect(await db.read.raw("SELECT position FROM topics")).toEqual([{ position: 0 }]);
  });

  // Mutant: ask the reader of this thread (`aside: faceOf(reader)`): nothing else happens until it has counted.
  test("leaves everything else going on meanwhile", async () => {
    const db = await testDatabase();
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    const counted = db.aside.raw<{ n: number }>("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT count(*) AS n FROM n");
    turn();
    expect(Number((await counted)[0]?.n)).toBe(500_000);
    isOver = true;
    expect(turns).toBeGreaterThan(20);
  });
});

describe.runIf(hasDatabase())("a row that is appended", () => {
  test("is there when that is said, in its turn among the writes, or is not and says why", async () => {
    const db = await testDatabase();
    const add = "INSERT INTO rate_limits (key, points, expires_at) VALUES (?, ?, ?)";
    const order = [db.write((tx) => tx.raw(add, ["a", 1, 1])), db.append(add, ["b", 2, 1]), db.write((tx) => tx.raw(`UPDATE rate_limits SET points = points + 10`)), db.append(add, ["c", 3, 1])];
    await Promise.all(order.slice(0, 2));
    await Promise.all(order);
    const rows = await db.read.raw<{ key: string; points: number }>("SELECT key, points FROM rate_limits ORDER BY key");
    expect(rows.map((row) => row.key)).toEqual(["a", "b", "c"]);
    if (db.dialect === "sqlite") expect(rows.map((row) => row.points)).toEqual([11, 12, 3]);
    await expect(db.append(add, ["a", 1, 1])).rejects.toThrow(/unique|duplicate/i);
    await db.append(add, ["d", 4, 1]);
  });
});
