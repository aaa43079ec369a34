/** What stands of the party with its figures, read from the party again. */
import { and, gt, lte } from "drizzle-orm";

import type { Recount } from "./recount";
import { parties } from "./schema";

export const recountProfile: Recount = {
  nothing: { isCurrent: null, kind: null, country: null, locale: null, timeZone: null, lifecycleStage: null, tier: null, customerSince: null },
  async count(db, after, upTo) {
    const rows = await db
      .select({
        id: parties.id, isCustomer: parties.isCustomer, mergedIntoId: parties.mergedIntoId, erasedAt: parties.erasedAt, kind: parties.kind, country: parties.country,
        locale: parties.locale, timeZone: parties.timeZone, lifecycleStage: parties.lifecycleStage, tier: parties.tier, customerSince: parties.createdAt,
      })
      .from(parties)
      .where(and(gt(parties.id, after), lte(parties.id, upTo)));
    return new Map(rows.map(({ id, isCustomer, mergedIntoId, erasedAt, ...profile }) => [id, { ...profile, isCurrent: isCustomer && mergedIntoId === null && erasedAt === null }]));
  },
};
