import { expect, test } from "vitest";

import * as postgres from "~/db/columns.postgres";
import * as sqlite from "~/db/columns.sqlite";

/** One table of every kind of column, in each dialect: the rows must have one type, or this file does not compile. */
const inSqlite = sqlite.table("every", {
  id: sqlite.id(), int: sqlite.int().notNull(), minor: sqlite.minor(), instant: sqlite.instant(), real: sqlite.real(), text: sqlite.text(),
  day: sqlite.day(), oneOf: sqlite.oneOf(["a", "b"]), bool: sqlite.bool().notNull(), json: sqlite.json<{ a: 1 }>(), bytes: sqlite.bytes(),
});
const inPostgres = postgres.table("every", {
  id: postgres.id(), int: postgres.int().notNull(), minor: postgres.minor(), instant: postgres.instant(), real: postgres.real(), text: postgres.text(),
  day: postgres.day(), oneOf: postgres.oneOf(["a", "b"]), bool: postgres.bool().notNull(), json: postgres.json<{ a: 1 }>(), bytes: postgres.bytes(),
});

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const rowsAreEqual: Same<typeof inSqlite.$inferSelect, typeof inPostgres.$inferSelect> = true;
const insertsAreEqual: Same<keyof typeof inSqlite.$inferInsert, keyof typeof inPostgres.$inferInsert> = true;

test("both column kits have the same names and the same row types", () => {
  expect(Object.keys(sqlite).toSorted()).toEqual(Object.keys(postgres).toSorted());
  expect([rowsAreEqual, insertsAreEqual]).toEqual([true, true]);
});
