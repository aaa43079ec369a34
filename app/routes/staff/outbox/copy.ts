/** The mail as it looks, for the frame of show.tsx: the kept file where there is one, else made again. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { renderDelivery } from "~/domain/deliveries/compose.server";
import { findDelivery } from "~/domain/deliveries/deliveries.server";
import { found, requireStaff } from "~/http/require";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const row = found(await findDelivery(app.db.read, params.id ?? ""));
  if (row.class === "security" && requireStaff(context).role !== "administrator") throw new Response(null, { status: 404 });
  const kept = await app.mail.readKept?.(row.publicId);
  const html = kept ? withoutPixel(kept.html) : (await renderDelivery(app, row, "copy")).html;
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } });
}

/** Staff who look at a mail are not its reader. */
function withoutPixel(html: string): string {
  return html.replace(/<img\b[^>]*\/o\/[\w.-]+\.gif"[^>]*>/g, "");
}
