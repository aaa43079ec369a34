/** `/c/<token>/<n>`: the n-th link of a mail. It leads where the mailing says, or nowhere: the request names no target. */
import type { ServerResponse } from "node:http";

import type { App } from "../../context.server";
import { readLinkToken } from "../../domain/deliveries/token.server";
import { takeHit } from "../../domain/tracking/hits.server";
import type { Asked } from "../../http/handler";
import { lead, say } from "../../http/quick-answers.server";

export async function click(app: App, { request, params, remoteAddress }: Asked, response: ServerResponse): Promise<void> {
  const [token, place] = params as [string, string];
  const deliveryId = readLinkToken(token);
  if (deliveryId === null || !/^\d{1,3}$/.test(place)) return nowhere(app, response);
  const { link, failure } = await takeHit(app.db, {
    deliveryId,
    kind: "click",
    linkPosition: Number(place),
    at: app.clock(),
    method: request.method as string,
    userAgent: request.headers["user-agent"] ?? "",
    remoteAddress,
  });
  // Whoever follows the link gets there, whatever our disk says.
  if (failure) app.log.error({ err: failure }, "a click could not be written down");
  if (link === null) return nowhere(app, response);
  lead(app, response, 302, link.startsWith("/") ? `${app.env.APP_URL}${link}` : link);
}

function nowhere(app: App, response: ServerResponse): void {
  say(app, response, 404, "This link leads nowhere.");
}
