/**
 * The list of customers and the page of one customer are the same work however many customers there are: the rows that
 * PostgreSQL reads for them, counted by itself, are as many among six thousand as among fifteen hundred.
 */
import { expect, test } from "vitest";

import { createParties } from "~/domain/customers/create-parties.server";
import { segmentFields as customerFields } from "~/domain/customers/segment-fields";
import { recordEvent } from "~/domain/customers/events.server";
import { getParty } from "~/domain/customers/customers.server";
import { countParties, findParties, listCountries, listParties } from "~/domain/customers/search.server";
import { listSegmentsOf } from "~/domain/segments/explain.server";
import { createSegment } from "~/domain/segments/segments.server";
import type { Database, Tx } from "~/db/types";
import { databaseDialect } from "~/env.server";
import { readOverview, readTab } from "~/routes/staff/customers/read-customer.server";
import { anOrder, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const now = Date.UTC(2026, 10, 22);
const NAMES = ["Nowak", "Kowalska", "Jovanović", "Marković", "Zielińska", "Clarke", "Đorđević", "Łęcki"];
const GIVEN = ["Anna", "Jan", "Jelena", "Marko", "Emma"];

// Mutants: the list ordered by a column without its index; the count of customers without its end.
test.runIf(hasDatabase() && databaseDialect() === "postgres")("as many rows are read among many customers as among few", { timeout: 120_000 }, async () => {
  const [few, many] = [await rowsRead(1500), await rowsRead(6000)];
  expect(Object.keys(few).length).toBe(9);
  for (const [part, rows] of Object.entries(few)) {
    expect(rows, part).toBeGreaterThan(0);
    expect(many[part], part).toBeLessThanOrEqual(rows * 1.1 + 10);
  }
});

async function rowsRead(customers: number): Promise<Record<string, number>> {
  const db = await testDatabase();
  const partyId = await fill(db, customers);
  const party = await getParty(db.read, partyId);
  const page = async (tx: Tx, filter: Parameters<typeof listParties>[1], after: string | null = null) => listParties(tx, filter, { after, limit: 50 });
  const second = (await listParties(db.read, { kind: "customers" }, { limit: 50 })).older;
  const reader = { locale: "en", role: "administrator" } as const;
  const parts: Record<string, (tx: Tx) => Promise<unknown>> = {
    "the first page": (tx) => page(tx, { kind: "customers" }),
    "the second page": (tx) => page(tx, { kind: "customers" }, second),
    "a page by name": (tx) => page(tx, { kind: "customers", q: "nowak" }),
    "the number of customers": (tx) => countParties(tx, { kind: "customers" }),
    "the countries": (tx) => listCountries(tx),
    "a search while typing": (tx) => findParties(tx, "jovanovic j", { limit: 8 }),
    "a customer": (tx) => readOverview(tx, party, reader, now),
    "their timeline": (tx) => readTab(tx, party, "timeline", { ...reader, group: null, before: null }),
    "their segments": (tx) => listSegmentsOf(tx, customerFields, now, partyId),
  };
  const counted: Record<string, number> = {};
  for (const [part, read] of Object.entries(parts)) counted[part] = await count(db, read);
  return counted;
}

async function count(db: Database, read: (tx: Tx) => Promise<unknown>): Promise<number> {
  return db.write(async (tx) => {
    // Of a table this small the planner would rather read all than ask an index.
    await tx.raw("SET LOCAL enable_seqscan = off");
    // What this connection read earlier may not be told yet, and stands in the figure too.
    const soFar = async () => Number((await tx.raw<{ n: number }>("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS n FROM pg_stat_xact_user_tables"))[0]?.n);
    const before = await soFar();
    await read(tx);
    return (await soFar()) - before;
  });
}

/** @returns one who has a history */
async function fill(db: Database, customers: number): Promise<number> {
  let last = 0;
  for (let from = 0; from < customers; from += 500)
    await db.write(async (tx) => {
      const made = await createParties(
        tx,
        at(now - customers + from),
        Array.from({ length: 500 }, (_, i) => ({
          kind: "person" as const, givenName: GIVEN[(from + i) % GIVEN.length] as string, familyName: NAMES[(from + i) % NAMES.length] as string, number: `K-${from + i}`,
          email: `k${from + i}@example.com`, country: i % 3 ? "PL" : "RS", locale: "en", source: "import",
        })),
      );
      for (const one of made) if (one.ok) last = one.partyId;
    });
  await db.write(async (tx) => {
    for (let i = 0; i < 60; i++) await recordEvent(tx, at(now - i * 60_000), { partyId: last, kind: "portal_visit", channel: "portal", data: {} });
    for (let i = 0; i < 5; i++) await anOrder(tx, at(now - i * 86_400_000), last);
    await createSegment(tx, at(now), { name: "bought", rules: { match: "all", rules: [{ field: "orders_count", op: "gte", value: 1 }] } });
  });
  await db.write((tx) => tx.raw("ANALYZE"));
  return last;
}
