import type { NewParty } from "~/domain/customers/customers.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";
import type { PartyForm } from "~/domain/customers/party";
import type { Reader } from "~/db/types";

/** What the form says, as the commands take it; null when the company it names is gone. */
export async function readParty(db: Reader, form: PartyForm): Promise<Omit<NewParty, "source"> | null> {
  const company = form.company ? await findPartyByPublicId(db, form.company) : null;
  if (form.company && company?.kind !== "company") return null;
  return {
    kind: form.kind,
    givenName: form.givenName,
    familyName: form.familyName,
    companyName: form.companyName,
    number: form.number,
    email: form.email,
    phone: form.phone,
    postal: form.line1
      ? { line1: form.line1, ...(form.line2 && { line2: form.line2 }), postcode: form.postcode ?? "", city: form.city ?? "", country: form.country ?? "" }
      : null,
    locale: form.locale,
    country: form.country ?? null,
    birthday: form.birthday ?? null,
    isCustomer: form.isCustomer === "on",
    isSupplier: form.isSupplier === "on",
    parentId: company?.id ?? null,
  };
}
