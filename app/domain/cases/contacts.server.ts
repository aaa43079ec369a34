/** Calls, visits, letters and mails beside this system, as staff write them down on the customer's record. */
import { v7 as uuid } from "uuid";

import type { Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import type { ContactForm } from "./contact-form";
import { interactions } from "./schema";

export type LoggedContact = Omit<ContactForm, "on"> & { partyId: number; /** When it was, ms since the epoch. */ at: number };

/** Nothing of it is ever shown to the customer. A form that was sent twice is one contact. */
export async function logContact(tx: Tx, by: By, { partyId, channel, direction, subject, text, at, submissionKey }: LoggedContact): Promise<void> {
  const [row] = await tx
    .insert(interactions)
    .values({
      publicId: uuid(), partyId, channel, direction, visibility: "internal", body: text ?? "", outcome: subject, at, submissionKey,
      authorStaffId: by.actor.kind === "staff" ? by.actor.id : null,
    })
    .onConflictDoNothing()
    .returning({ id: interactions.id });
  if (!row) return;
  await recordEvent(tx, by, {
    partyId, kind: direction === "in" ? "contact_in" : "contact_out", at, channel, subject: { type: "interaction", id: row.id }, data: { subject, ...(text && { text }) },
  });
  await recordAudit(tx, by, "logContact", { type: "party", id: partyId }, { channel, direction });
  await noteChange(tx, by, `party:${partyId}`);
}
