import { setTimeout } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { hasDatabase, testDatabase } from "../support/database";

/** As hard as a question can be: it never ends. */
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT cast(1 AS bigint) UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n";

describe.runIf(hasDatabase())("a read that can be given up", () => {
  // Mutants: `kill` or `stop` that does nothing, or a `stop` that is said once: the test does not end.
  test("ends when that is said, while others are answered; the next ones are answered too", async () => {
    const db = await testDatabase();
    const given = [new AbortController(), new AbortController(), new AbortController()];
    const asked = given.map(({ signal }) => db.cancellable(signal).raw(ENDLESS));
    const ended = Promise.allSettled(asked);
    expect(await db.read.raw("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await db.aside.raw("SELECT 2 AS two")).toEqual([{ two: 2 }]);
    for (const [i, one] of given.entries()) one.abort(new Error(`no longer wanted ${i}`));
    expect((await ended).map((one) => one.status === "rejected" && String(one.reason))).toEqual([0, 1, 2].map((i) => `Error: no longer wanted ${i}`));

    const { signal } = new AbortController();
    expect(await db.cancellable(signal).raw("SELECT cast(? AS bigint) + 1 AS n", [2])).toEqual([{ n: 3 }]);
    await expect(db.cancellable(signal).raw("SELECT x FROM nowhere")).rejects.toThrow(/nowhere/);
    expect(await db.cancellable(signal).raw("SELECT 4 AS four")).toEqual([{ four: 4 }]);
    await expect(db.cancellable(AbortSignal.abort(new Error("before it began"))).raw("SELECT 1")).rejects.toThrow("before it began");
    if (db.dialect === "sqlite") return void (await expect(db.cancellable(signal).raw("CREATE TABLE t (x)")).rejects.toThrow(/readonly|return data/));
    // Whenever it is said: while it waits for a connection, on the way to the server, or when the server is at it.
    for (let i = 0; i < 12; i += 1) {
      const given = new AbortController();
      const asked = db.cancellable(given.signal).raw(ENDLESS);
      void setTimeout(i / 2).then(() => given.abort(new Error("given up")));
      await expect(asked).rejects.toThrow("given up");
    }
    if (db.dialect === "postgres") await expect(saidTooEarly(db)).rejects.toThrow("given up");
    // The server says that it has stopped a little before it counts it as stopped.
    const active = async () => (await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE 'WITH RECURSIVE n%' AND state = 'active'"))[0]?.n;
    await expect.poll(active, { timeout: 10_000 }).toBe(0);
  });
});

/** The server's process sleeps until it was told to stop: what it is told before it reads the question, it forgets. */
async function saidTooEarly(db: Database): Promise<unknown> {
  const [server] = await db.cancellable(new AbortController().signal).raw<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  if (!server) throw new Error("no process");
  const given = new AbortController();
  process.kill(server.pid, "SIGSTOP");
  try {
    const asked = db.cancellable(given.signal).raw(ENDLESS);
    asked.catch(() => undefined);
    await setTimeout(20);
    given.abort(new Error("given up"));
    await setTimeout(50);
    process.kill(server.pid, "SIGCONT");
    return await asked;
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
}
