/** For the checks while a mailing is written: which merge values its readers lack. */
import type { Reader } from "../../db/types";
import type { EmptyValues } from "./lint";
import type { MergeTag } from "./merge-tags";

/** When a customer has no value for a tag; the tags that are not here always have one. */
const EMPTY: Record<string, string> = {
  "customer.first_name": "coalesce(p.given_name, '') = ''",
  "customer.last_name": "coalesce(p.family_name, '') = ''",
  "customer.number": "coalesce(p.number, '') = ''",
  "customer.last_order_on": "m.last_order_at IS NULL",
  "customer.city": "NOT EXISTS (SELECT 1 FROM contact_points a WHERE a.party_id = p.id AND a.kind = 'postal' AND a.is_primary = true)",
};

/** Among all customers who can be written to: the audience of a campaign is known only there. */
export async function findEmptyValues(db: Reader, tags: readonly MergeTag[]): Promise<EmptyValues> {
  const found: EmptyValues = {};
  for (const path of new Set(tags.filter((tag) => tag.fallback === null).map((tag) => tag.path as string))) {
    const isEmpty = EMPTY[path];
    if (!isEmpty) continue;
    const [row] = await db.raw<{ n: number; example: string | null }>(
      `SELECT cast(count(*) AS bigint) AS n, min(p.name) AS example
       FROM parties p JOIN customer_metrics m ON m.party_id = p.id
       WHERE p.is_customer = true AND p.merged_into_id IS NULL AND p.erased_at IS NULL
         AND EXISTS (SELECT 1 FROM contact_points e WHERE e.party_id = p.id AND e.kind = 'email' AND e.is_primary = true)
         AND ${isEmpty}`,
    );
    if (row && Number(row.n) > 0) found[path] = { count: Number(row.n), example: row.example ?? "" };
  }
  return found;
}
