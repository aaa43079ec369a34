/** A letter onto a case: of one that came in by itself (incoming.server.ts), or that staff file under a customer. */
import type { Tx } from "../../db/types";
import { findParty } from "../customers/customers.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { noteCase, subjectOf, type CaseRow } from "./case-row.server";
import { customerReopen } from "./cases.server";
import { fileMailedQuestion } from "./filing.server";
import { customerReply } from "./messages.server";
import { addInteraction, type Mailed } from "./thread.server";

export type Letter = {
  owner: number;
  /** They wrote it themselves, as far as its sender tells. Otherwise the customer does not see it. */
  isTheirs: boolean;
  /** By which it is known if it comes again. */
  key: string;
  text: string;
  subject: string;
  campaignId: number | null;
  attachmentIds: readonly string[];
  mailed: Mailed;
  /** When it came, where that was earlier than it goes onto the case. */
  receivedAt?: number;
};

type MayOpen = (tx: Tx, by: By, owner: number) => Promise<boolean>;

/** On a case that is there. @returns the case that it is on; null when it can be on none */
export async function addLetter(tx: Tx, by: By, thread: CaseRow, letter: Letter, mayOpen?: MayOpen): Promise<number | null> {
  const { text: message, key: submissionKey, mailed, attachmentIds, owner } = letter;
  if (!letter.isTheirs) {
    await addInteraction(tx, by, thread, { direction: "in", visibility: "internal", body: message, submissionKey, attachmentIds, ...mailed });
    await recordAudit(tx, by, "addUnprovedMail", subjectOf(thread), { inboundMailId: mailed.inboundMailId });
    await noteCase(tx, by, thread);
    return thread.id;
  }
  const input = { partyId: owner, caseId: thread.id, message, attachmentIds, submissionKey, mailed };
  const taken = thread.status === "closed" ? await customerReopen(tx, by, input) : await customerReply(tx, by, input);
  return taken.ok ? thread.id : openLetter(tx, by, letter, mayOpen);
}

/** As a new case. @returns null when there may be none */
export async function openLetter(tx: Tx, by: By, { owner, text: message, key: submissionKey, ...letter }: Letter, mayOpen?: MayOpen): Promise<number | null> {
  const party = await findParty(tx, owner);
  if (!party || party.erasedAt !== null) return null;
  if (mayOpen && !(await mayOpen(tx, by, owner))) return null;
  const filed = await fileMailedQuestion(tx, by, { partyId: owner, message, locale: party.locale, submissionKey, ...letter });
  return filed.caseId;
}
