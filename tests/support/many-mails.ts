/** Many accepted mails in no time: one made by the product, and copies of its row. */
import type { Database } from "../../app/db/types";
import { aDueMail, at } from "./factories";

/** Each has an address and ids of its own; all are of one customer and one campaign. */
export async function manyMails(db: Database, count: number): Promise<{ id: number; publicId: string }[]> {
  const { campaignId } = await aDueMail(db, at(Date.now() - 60_000));
  const columns = (await db.read.raw<Record<string, unknown>>("SELECT * FROM deliveries WHERE campaign_id = ?", [campaignId]))[0] ?? {};
  const names = Object.keys(columns).filter((name) => name !== "id");
  const own = new Set(["public_id", "dedupe_key", "message_id", "address", "address_hash"]);
  await db.write(async (tx) => {
    await tx.raw(
      `INSERT INTO deliveries (${names.join(", ")})
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
       SELECT ${names.map((name) => (own.has(name) ? `d.${name} || n.i` : `d.${name}`)).join(", ")} FROM n, deliveries d WHERE d.campaign_id = ${campaignId} AND n.i < ${count}`,
    );
    await tx.raw("UPDATE deliveries SET state = 'accepted', accepted_at = created_at, handed_at = created_at, told_at = created_at WHERE campaign_id = ?", [campaignId]);
  });
  const rows = await db.read.raw<{ id: number; public_id: string }>("SELECT id, public_id FROM deliveries WHERE campaign_id = ? ORDER BY id", [campaignId]);
  return rows.map(({ id, public_id: publicId }) => ({ id, publicId }));
}
