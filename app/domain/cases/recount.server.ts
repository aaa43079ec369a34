/** Complaints, counted again from the cases. */
import type { Recount } from "../customers/recount";

export const recountComplaints: Recount = {
  nothing: { complaintsCount: 0, openComplaints: 0 },
  async count(db, after, upTo) {
    const rows = await db.raw<{ party_id: number; all_of_them: number | string; open: number | string }>(
      `SELECT party_id, count(*) AS all_of_them, sum(CASE WHEN status <> 'closed' THEN 1 ELSE 0 END) AS open
       FROM cases WHERE party_id > ? AND party_id <= ? AND type = 'complaint' GROUP BY party_id`,
      [after, upTo],
    );
    return new Map(rows.map((row) => [row.party_id, { complaintsCount: Number(row.all_of_them), openComplaints: Number(row.open) }]));
  },
};
