/** The customer that an address names. */
import { redirect } from "@remix-run/node";

import type { Reader } from "~/db/types";
import { findPartyByPublicId, type Party, survivorOf } from "~/domain/customers/customers.server";
import { found } from "~/http/require";

/** 404 for nobody. The pages of a record that was merged lead to those of the one that it was merged into. */
export async function customerAsked(db: Reader, request: Request, id: string | undefined): Promise<Party> {
  const party = found(await findPartyByPublicId(db, id ?? ""));
  if (party.mergedIntoId === null) return party;
  const { pathname, search } = new URL(request.url);
  throw redirect(`${pathname.replace(/\.data$/, "").replace(party.publicId, (await survivorOf(db, party)).publicId)}${search}`);
}
