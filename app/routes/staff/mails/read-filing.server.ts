/** What the page of a mail needs to put it on a customer's record. */
import type { Reader } from "~/db/types";
import { findWriters } from "~/domain/cases/strangers.server";
import { type Own } from "~/domain/correspondence/keeping.server";
import { strangerIn } from "~/domain/correspondence/kept-mails.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";

type Mail = { fromAddress: string | null; fromName: string | null; recipients: { name: string; address: string }[] };

export async function readFilingOf(db: Reader, mail: Mail, own: Own, query: URLSearchParams) {
  const address = strangerIn(mail, own);
  const name = address === mail.fromAddress ? mail.fromName : (mail.recipients.find((one) => one.address === address)?.name ?? null);
  const typed = query.get("q")?.slice(0, 200).trim() ?? null;
  const party = query.has("customer") ? await findPartyByPublicId(db, query.get("customer")!) : null;
  return {
    address,
    typed: typed ?? name ?? "",
    writers: await findWriters(db, { fromAddress: address, fromName: name }, typed),
    chosen: party && party.erasedAt === null ? { publicId: party.publicId, name: party.name } : null,
  };
}
