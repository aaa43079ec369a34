/** What both editor pages do: read the selection that an address or a form gives, and save it. */
import { data, redirect } from "@remix-run/node";
import type { AppLoadContext } from "@remix-run/node";

import { checkSelection, readSelection, type Configuration, type Selection } from "~/domain/products/configuration";
import { designNameSchema } from "~/domain/products/design";
import { saveDesign } from "~/domain/products/designs.server";
import { redirectSaying } from "~/http/flash.server";
import { by, requireCustomer } from "~/http/require";

/** The selection in the address, with the fix that was asked for; null when the address says nothing. */
export function selectionInAddress(url: URL, config: Configuration): Selection | null {
  const selection = readSelection(url.searchParams.entries());
  const [rule, index] = (url.searchParams.get("fix") ?? "").split(".").map(Number);
  if (!selection || index === undefined) return selection;
  const conflict = checkSelection(config, selection).conflicts.find((c) => c.ruleId === rule);
  return conflict?.fixes[index]?.selection ?? selection;
}

/** Saves what the form says as a new design, or as the one with `publicId`, and goes on to it or to its order. */
export async function saveFromForm(request: Request, context: AppLoadContext, target: { productId: number; publicId?: string }) {
  const { partyId } = requireCustomer(context);
  const form = await request.formData();
  const selection = readSelection(form.entries()) ?? {};
  const name = designNameSchema.safeParse(form.get("name") ?? undefined);
  const refuse = (reason: "mend" | "gone", nameError?: string) =>
    data({ selection, name: String(form.get("name") ?? ""), refused: { reason, nameError } }, { status: 400 });
  if (!name.success) return refuse("mend", name.error.issues[0]?.message);
  const saved = await context.app.db.write((tx) =>
    saveDesign(tx, by(context), { ...target, partyId, name: name.data, selection, locale: context.locale }));
  if (!saved.ok) {
    if (saved.reason === "unknown_design") throw new Response(null, { status: 404 });
    return refuse(saved.reason === "not_orderable" ? "mend" : "gone");
  }
  if (form.get("intent") === "order") throw redirect(`/portal/orders/new?design=${saved.publicId}`, { status: 303 });
  throw redirectSaying(context.app, `/portal/designs/${saved.publicId}`, { key: "designs.saved" });
}
