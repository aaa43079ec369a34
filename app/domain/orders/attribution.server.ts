import { givenIds } from "../../db/dialect";
import type { Reader } from "../../db/types";

const DAY = 86_400_000;

export type Attribution = { deliveryId: number; campaignId: number };

/**
 * The campaign that an order is put down to: that of the last click by a person before the order, if the order came
 * within the campaign's own number of days after it. Campaigns stand above orders, so their table is asked by name.
 */
export async function findAttribution(db: Reader, partyId: number, placedAt: number): Promise<Attribution | null> {
  const [row] = await db.raw<{ delivery_id: number | string; campaign_id: number | string }>(
    `select e.delivery_id, e.campaign_id
     from events e join campaigns c on c.id = e.campaign_id
     where e.party_id = ? and e.kind = 'mail_clicked' and e.delivery_id is not null
       and e.at <= ? and e.at >= cast(? as bigint) - cast(c.attribution_days as bigint) * ${DAY}
     order by e.at desc, e.id desc limit 1`,
    [partyId, placedAt, placedAt],
  );
  return row ? { deliveryId: Number(row.delivery_id), campaignId: Number(row.campaign_id) } : null;
}

/** As `findAttribution` for many orders; what is known of one already is kept. Few customers ever clicked: only they are looked at. */
export async function findAttributions(
  db: Reader,
  list: readonly { partyId: number; placedAt: number; known: Attribution | null | undefined }[],
): Promise<(Attribution | null)[]> {
  const asked = list.filter(({ known }) => known === undefined).map(({ partyId }) => partyId);
  const rows = asked.length
    ? await db.raw<{ party_id: number }>(
        `SELECT DISTINCT party_id FROM events WHERE party_id IN ${givenIds(db)} AND kind = 'mail_clicked'`,
        [JSON.stringify([...new Set(asked)])],
      )
    : [];
  const clicked = new Set(rows.map((row) => row.party_id));
  const found: (Attribution | null)[] = [];
  for (const { partyId, placedAt, known } of list)
    found.push(known !== undefined ? known : clicked.has(partyId) ? await findAttribution(db, partyId, placedAt) : null);
  return found;
}
