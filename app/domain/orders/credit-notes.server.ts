/** Credit notes from elsewhere: goods taken back, invoices taken off. */
import { v7 } from "uuid";

import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { tellInvoices } from "./money-events.server";
import { invoices } from "./schema";

export type CreditNote = { partyId: number; number: string; currency: string; /** What is given back, above zero. */ totalMinor: number; issuedAt: number };

/** Notes that goods were taken back or an invoice was taken off: a credit note, whose total is below zero. */
export async function recordCreditNote(tx: Tx, by: By, note: CreditNote): Promise<{ ok: true; invoiceId: number } | { ok: false; reason: "number_taken" }> {
  const [row] = await tx
    .insert(invoices)
    .values({
      publicId: v7(),
      number: note.number,
      kind: "credit_note",
      partyId: note.partyId,
      orderId: null,
      currency: note.currency,
      totalMinor: -note.totalMinor,
      issuedAt: note.issuedAt,
      dueAt: note.issuedAt,
    })
    .onConflictDoNothing({ target: invoices.number })
    .returning({ id: invoices.id });
  if (!row) return { ok: false, reason: "number_taken" };
  await tellInvoices(tx, by, [{ ...note, id: row.id, kind: "credit_note", orderId: null, totalMinor: -note.totalMinor }]);
  await recordAudit(tx, by, "recordCreditNote", { type: "invoice", id: row.id }, { number: note.number, totalMinor: note.totalMinor });
  return { ok: true, invoiceId: row.id };
}
