import { sql } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { numberSeries } from "./schema";

/** Takes the next number of a series. The row is locked until the transaction ends, so that no number is lost or given twice. */
export async function nextNumber(tx: Tx, series: string, startAfter = 0): Promise<number> {
  const [row] = await tx
    .insert(numberSeries)
    .values({ series, last: startAfter + 1 })
    .onConflictDoUpdate({ target: numberSeries.series, set: { last: sql`${numberSeries.last} + 1` } })
    .returning({ last: numberSeries.last });
  return (row as { last: number }).last;
}
