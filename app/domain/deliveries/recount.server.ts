/** Marketing mails that arrived, counted again from the outbox. */
import type { Recount } from "../customers/recount";

export const recountMails: Recount = {
  nothing: { mailsAccepted: 0, lastMailedAt: null },
  async count(db, after, upTo) {
    const rows = await db.raw<{ party_id: number; count: number | string; last: number | string }>(
      `SELECT party_id, count(*) AS count, max(accepted_at) AS last FROM deliveries
       WHERE party_id > ? AND party_id <= ? AND class = 'marketing' AND accepted_at IS NOT NULL AND told_at IS NOT NULL
         AND (state = 'accepted' OR (state = 'failed' AND reason = 'dropped')) GROUP BY party_id`,
      [after, upTo],
    );
    return new Map(rows.map((row) => [row.party_id, { mailsAccepted: Number(row.count), lastMailedAt: Number(row.last) }]));
  },
};
