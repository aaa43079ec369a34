/** Marketing mails opened and clicked, counted again from the events that the judgement of hits left. */
import { jsonMember } from "../../db/dialect";
import { byCustomer, type Recount } from "../customers/recount";

export const recountReadings: Recount = {
  nothing: { mailsOpened: 0, lastOpenedAt: null, mailsClicked: 0, lastClickedAt: null },
  async count(db, after, upTo) {
    // A mail is opened, and clicked, once: when it first was.
    const rows = await db.raw<{ party_id: number; kind: string; count: number | string; last: number | string }>(
      `SELECT party_id, kind, count(*) AS count, max(at) AS last FROM (
         SELECT party_id, kind, delivery_id, min(at) AS at FROM events
         WHERE party_id > ? AND party_id <= ? AND kind IN ('mail_opened', 'mail_clicked') AND ${jsonMember(db, "data", "class")} = 'marketing'
         GROUP BY party_id, kind, delivery_id) first
       GROUP BY party_id, kind`,
      [after, upTo],
    );
    const byParty = byCustomer(rows);
    return new Map(
      [...byParty].map(([partyId, own]) => {
        const of = (kind: string) => own.find((row) => row.kind === kind);
        const [opened, clicked] = [of("mail_opened"), of("mail_clicked")];
        return [
          partyId,
          {
            mailsOpened: Number(opened?.count ?? 0), lastOpenedAt: opened ? Number(opened.last) : null,
            mailsClicked: Number(clicked?.count ?? 0), lastClickedAt: clicked ? Number(clicked.last) : null,
          },
        ];
      }),
    );
  },
};
