/** The facts of orders, counted again for many customers at once. */
import { getCompany } from "../company/company.server";
import { byCustomer, type Recount } from "../customers/recount";
import { COUNTED, type Counted, NO_ORDERS, orderFacts } from "./facts.server";

export const recountOrders: Recount = {
  nothing: NO_ORDERS,
  async count(db, after, upTo) {
    const rows = await db.raw<Counted & { party_id: number }>(`SELECT party_id, ${COUNTED} WHERE party_id > ? AND party_id <= ?`, [after, upTo]);
    const books = await getCompany(db);
    return new Map([...byCustomer(rows)].map(([partyId, own]) => [partyId, orderFacts(own, books)]));
  },
};
