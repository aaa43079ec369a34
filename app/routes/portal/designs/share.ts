import type { ActionFunctionArgs } from "@remix-run/node";

import { shareDesign, unshareDesign } from "~/domain/products/designs.server";
import { redirectSaying } from "~/http/flash.server";
import { by, requireCustomer } from "~/http/require";

/** Makes the link of a design, or with `end` ends it. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const publicId = params.id ?? "";
  const ends = (await request.formData()).has("end");
  const command = ends ? unshareDesign : shareDesign;
  const result = await context.app.db.write((tx) => command(tx, by(context), { partyId, publicId }));
  if (!result.ok) throw new Response(null, { status: 404 });
  return redirectSaying(context.app, `/portal/designs/${publicId}`, { key: ends ? "designs.share.ended" : "designs.share.made" });
}
