/** Keeps what a customer is typing (ui/autosave.ts). Says nothing back. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findDraftTarget } from "./draft-target.server";
import { mergeDraft } from "~/domain/cases/drafts.server";
import { found, requireCustomer } from "~/http/require";
import { HANG_UP, readForm, TEXT_FORM_BYTES } from "~/http/uploads.server";

/** What of each form is kept as it is typed. */
const FIELDS = ["reason", "quantity", "noticedOn", "description", "wantedRemedy", "subject", "message"];
const LONGEST = 20_000;

export async function action({ request, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const form = await readForm(request, TEXT_FORM_BYTES);
  if (!form) return new Response(null, { status: 413, headers: HANG_UP });
  const key = found(await findDraftTarget(context.app.db.read, customer.partyId, String(form.get("key"))));
  const typed = Object.fromEntries(FIELDS.filter((name) => form.has(name)).map((name) => [name, String(form.get(name)).slice(0, LONGEST)]));
  await context.app.db.write((tx) => mergeDraft(tx, customer, key, () => typed, context.app.clock()));
  return new Response(null, { status: 204 });
}
