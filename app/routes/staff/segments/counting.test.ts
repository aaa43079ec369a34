import { expect, test } from "vitest";

import { inTurn, Replaced } from "./counting.server";

/** Goes on until it is told that nobody wants it. */
const endless = (wanted: AbortSignal) => new Promise<never>((_, reject) => wanted.addEventListener("abort", () => reject(wanted.reason as Error)));
const stays = new AbortController().signal;

// Mutants: the one before is not aborted; the newer one is forgotten when the older one ends.
test("a newer count of the same page takes the place of the one before; other pages go on", async () => {
  const first = inTurn("a", stays, endless);
  const other = new AbortController();
  const elsewhere = inTurn("b", other.signal, endless);
  const second = inTurn("a", stays, endless);
  await expect(first).rejects.toThrow(Replaced);
  const third = inTurn("a", stays, async () => 3);
  await expect(second).rejects.toThrow(Replaced);
  expect(await third).toBe(3);
  other.abort(new Error("the request ended"));
  await expect(elsewhere).rejects.toThrow("the request ended");
});
