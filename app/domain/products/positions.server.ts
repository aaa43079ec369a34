import { eq, sql } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { productOptions, productOptionValues, productRules } from "./schema";

type Positioned = typeof productOptions | typeof productOptionValues | typeof productRules;

/** Behind the last of its kind. */
export async function nextPosition(tx: Tx, positioned: Positioned, where: ReturnType<typeof eq>): Promise<number> {
  const [row] = await tx
    .select({ last: sql<number | null>`max(${positioned.position})`.mapWith((n) => (n === null ? null : Number(n))) })
    .from(positioned)
    .where(where);
  return (row?.last ?? -1) + 1;
}
