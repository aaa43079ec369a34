import type { ActionFunctionArgs } from "@remix-run/node";

import { restoreDesign } from "~/domain/products/designs.server";
import { redirectSaying } from "~/http/flash.server";
import { by, requireCustomer } from "~/http/require";

export async function action({ params, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const publicId = params.id ?? "";
  const result = await context.app.db.write((tx) => restoreDesign(tx, by(context), { partyId, publicId }));
  if (!result.ok) throw new Response(null, { status: 404 });
  return redirectSaying(context.app, `/portal/designs/${publicId}`, { key: "designs.restoredNow" });
}
