/**
 * An Idempotency-Key and what was done under it: together in the database, or neither.
 *
 * Mutants: api-key-… in tests/mutants.mjs.
 */
import { describe, expect, test } from "vitest";

import { claimKey, keepAnswer, KEEP_ANSWERS, sweepAnswers } from "../../app/domain/integrations/answers.server";
import { createToken } from "../../app/domain/integrations/tokens.server";
import { apiAnswers, apiTokens } from "../../app/domain/integrations/schema";
import { parties } from "../../app/domain/customers/schema";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, at } from "../support/factories";

const NOW = Date.UTC(2026, 4, 1);
const ANSWER = { status: 201, location: null, body: { id: "x" } };

async function scene() {
  const db = await testDatabase();
  await db.write((tx) => createToken(tx, at(NOW), { name: "t", scopes: ["parties:read"], expiresAt: null }));
  const [token] = await db.read.select().from(apiTokens);
  return { db, keyed: { tokenId: token!.id, key: "k-1", requestHash: "a" } };
}

describe.runIf(hasDatabase())("kept answers", () => {
  test("what breaks off leaves neither the change nor its answer; done again, both are there", async () => {
    const { db, keyed } = await scene();
    const work = (breaks: boolean) =>
      db.write(async (tx) => {
        expect(await claimKey(tx, keyed, NOW)).toEqual({ ok: true, answer: null });
        await aCustomer(tx, at(NOW), { email: "a@example.com" });
        await keepAnswer(tx, keyed, ANSWER, NOW);
        if (breaks) throw new Error("killed");
      });
    await expect(work(true)).rejects.toThrow("killed");
    expect([(await db.read.select().from(apiAnswers)).length, (await db.read.select().from(parties)).length]).toEqual([0, 0]);
    await work(false);
    expect(await db.write((tx) => claimKey(tx, keyed, NOW))).toEqual({ ok: true, answer: ANSWER });
    expect(await db.write((tx) => claimKey(tx, { ...keyed, requestHash: "b" }, NOW))).toEqual({ ok: false, reason: "other_request" });
  });

  test("while one transaction holds a key, another is told so (with one writer at a time there is no other)", async () => {
    const { db, keyed } = await scene();
    if (db.dialect === "sqlite") return;
    await db.write(async (tx) => {
      await claimKey(tx, keyed, NOW);
      expect(await db.write((other) => claimKey(other, keyed, NOW))).toEqual({ ok: false, reason: "in_flight" });
    });
  });

  test("after a day a key is free again, and its answer is swept", async () => {
    const { db, keyed } = await scene();
    await db.write((tx) => keepAnswer(tx, keyed, ANSWER, NOW));
    expect(await db.write((tx) => sweepAnswers(tx, NOW + KEEP_ANSWERS))).toBe(0);
    expect(await db.write((tx) => claimKey(tx, keyed, NOW + KEEP_ANSWERS))).toEqual({ ok: true, answer: null });
    await db.write((tx) => keepAnswer(tx, keyed, ANSWER, NOW + KEEP_ANSWERS));
    expect(await db.write((tx) => sweepAnswers(tx, NOW + 2 * KEEP_ANSWERS + 1))).toBe(1);
  });
});
