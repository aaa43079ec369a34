/** The mails that a case sends to its customer. */
import type { Tx } from "../../db/types";
import { findPrimaryEmail } from "../customers/contact-points.server";
import { getParty } from "../customers/customers.server";
import { queueNotice } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { subjectOf, type CaseRow } from "./case-row.server";

/**
 * The copy on a durable medium (Consumer Rights Act art. 7a(3), art. 2(4)): a mail that says all, not only that there is
 * something to read. Nobody is told of what a demo seed or an import writes about the past.
 */
export async function tellCustomer(tx: Tx, by: By, about: CaseRow, template: string, occurrence: string, values: Record<string, unknown>): Promise<void> {
  if (by.actor.kind === "system" && (by.actor.name === "seed" || by.actor.name === "import")) return;
  const address = await findPrimaryEmail(tx, about.partyId);
  if (!address) return;
  const { name } = await getParty(tx, about.partyId);
  await queueNotice(tx, by, {
    class: "transactional",
    to: { address, name, partyId: about.partyId },
    template,
    locale: about.locale,
    values: { number: about.number, subject: about.subject, path: `/portal/help/${about.publicId}`, ...values },
    dedupeKey: `${template}:${occurrence}`,
    subject: subjectOf(about),
  });
}
