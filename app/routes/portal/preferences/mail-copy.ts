/** The mail itself, for the frame of mail.tsx. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { renderDelivery } from "~/domain/deliveries/compose.server";
import { findMailOf } from "~/domain/deliveries/deliveries.server";
import { found, requireCustomer } from "~/http/require";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const mail = found(await findMailOf(context.app.db.read, partyId, params.id ?? ""));
  const { html } = await renderDelivery(context.app, mail, "copy");
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } });
}
