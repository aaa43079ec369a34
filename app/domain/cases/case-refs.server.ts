import { asc, eq, inArray, type SQL, sql } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { parties } from "../customers/schema";
import { cases } from "./schema";

/** What a link to each of these cases needs, by our own ids. */
export async function listCaseRefs(db: Reader, ids: readonly number[]): Promise<Map<number, { publicId: string; number: string }>> {
  if (!ids.length) return new Map();
  const rows = await db
    .select({ id: cases.id, publicId: cases.publicId, number: cases.number })
    .from(cases)
    .where(inArray(cases.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, ...ref }) => [id, ref]));
}

/** Cases whose number this is, or begins so when it says C- (for search as one types). */
export async function findCasesByNumber(db: Reader, typed: string, limit: number) {
  const number = typed.trim().toUpperCase();
  const asNumber: SQL | undefined = /^\d+$/.test(number)
    ? eq(cases.number, `C-${number}`)
    : /^C-\d*$/.test(number)
      ? sql`${cases.number} >= ${number} and ${cases.number} < ${`${number}\uffff`}`
      : undefined;
  if (!asNumber) return [];
  return db
    .select({ publicId: cases.publicId, number: cases.number, subject: cases.subject, status: cases.status, customer: parties.name })
    .from(cases)
    .innerJoin(parties, eq(parties.id, cases.partyId))
    .where(asNumber)
    .orderBy(asc(cases.number))
    .limit(limit);
}
