/** `/v/<token>`: the mail in a browser, as it was sent, without the pixel. It runs nothing and nothing is counted. */
import type { Request, Response } from "express";

import type { App } from "../../context.server";
import { renderDelivery } from "../../domain/deliveries/compose.server";
import { findDeliveryById } from "../../domain/deliveries/deliveries.server";
import { readLinkToken } from "../../domain/deliveries/token.server";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

export async function viewOnline(app: App, request: Request, response: Response): Promise<void> {
  const id = readLinkToken(String(request.params.token));
  const mail = id === null ? null : await findDeliveryById(app.db.read, id);
  if (!mail || mail.revisionId === null) {
    response.status(404).type("text/plain").send("This link is not known here.");
    return;
  }
  const { html } = await renderDelivery(app, mail, "copy");
  response.set({ "Content-Security-Policy": POLICY, "Cache-Control": "no-store, private", "Referrer-Policy": "no-referrer" });
  response.type("html").send(html);
}
