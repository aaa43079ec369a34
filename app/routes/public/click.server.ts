/** `/c/<token>/<n>`: the n-th link of a mail. It leads where the mailing says, or nowhere: the request names no target. */
import type { Request, Response } from "express";

import type { App } from "../../context.server";
import { readLinkToken } from "../../domain/deliveries/token.server";
import { findLinkTarget, recordHit } from "../../domain/tracking/tracking.server";

export async function click(app: App, request: Request, response: Response): Promise<void> {
  const deliveryId = readLinkToken(String(request.params.token));
  const position = /^\d{1,3}$/.test(String(request.params.position)) ? Number(request.params.position) : null;
  const stored = deliveryId === null || position === null ? null : await findLinkTarget(app.db.read, deliveryId, position);
  const target = stored === null ? null : safeTarget(stored, app.env.APP_URL);
  if (deliveryId === null || target === null) {
    response.status(404).type("text/plain").send("This link leads nowhere.");
    return;
  }
  await recordHit(app.db, {
    deliveryId,
    kind: "click",
    linkPosition: position,
    at: app.clock(),
    method: request.method,
    userAgent: request.get("user-agent") ?? "",
    remoteAddress: request.ip ?? null,
  });
  response.set({ "Cache-Control": "no-store, private", "Referrer-Policy": "no-referrer", Location: target });
  response.status(302).end();
}

/** An absolute web address, or a path of ours. `//evil` and `javascript:` are neither. */
export function safeTarget(stored: string, appUrl: string): string | null {
  if (/^\/(?![/\\])/.test(stored)) return `${appUrl}${stored}`;
  if (!URL.canParse(stored)) return null;
  const url = new URL(stored);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}
