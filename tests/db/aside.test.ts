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
