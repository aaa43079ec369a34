import type { Reader } from "~/db/types";
import { findCaseOf, findComplainableLine } from "~/domain/cases/customer-cases.server";
import type { DraftKey } from "~/domain/cases/drafts.server";

/** The key of a draft, if it is one that this customer may keep: for their own line, their own case, or a new question. */
export async function findDraftTarget(db: Reader, partyId: number, key: string): Promise<DraftKey | null> {
  if (key === "question:new") return key;
  const [, kind, id] = /^(complaint|message):([0-9a-f-]{36})$/.exec(key) ?? [];
  if (!kind || !id) return null;
  const target = kind === "complaint" ? await findComplainableLine(db, partyId, id) : await findCaseOf(db, partyId, id);
  return target && (`${kind}:${id}` as DraftKey);
}
