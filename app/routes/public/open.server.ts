/** `/o/<token>.gif`: the pixel of a mail. Everybody gets the picture; only a token of ours is written down. */
import type { Request, Response } from "express";

import type { App } from "../../context.server";
import { readLinkToken } from "../../domain/deliveries/token.server";
import { recordHit } from "../../domain/tracking/tracking.server";

/** One transparent point. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

export async function open(app: App, request: Request, response: Response): Promise<void> {
  const deliveryId = readLinkToken(String(request.params.file).replace(/\.gif$/, ""));
  if (deliveryId !== null)
    await recordHit(app.db, {
      deliveryId,
      kind: "open",
      linkPosition: null,
      at: app.clock(),
      method: request.method,
      userAgent: request.get("user-agent") ?? "",
      remoteAddress: request.ip ?? null,
    });
  response.set({
    "Content-Type": "image/gif",
    "Content-Length": String(PIXEL.length),
    "Cache-Control": "no-store, private",
    // Mail is read on other people's sites.
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  response.end(request.method === "HEAD" ? undefined : PIXEL);
}
