/** `/o/<token>.gif`: the pixel of a mail. Everybody gets the picture; only a token of ours is written down. */
import type { ServerResponse } from "node:http";

import type { App } from "../../context.server";
import { readLinkToken } from "../../domain/deliveries/token.server";
import { takeHit } from "../../domain/tracking/hits.server";
import type { Asked } from "../../http/handler";
import { show } from "../../http/quick-answers.server";

/** One transparent point; as text it leaves in one piece with its headers. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64").toString("latin1");

export async function open(app: App, { request, params, remoteAddress }: Asked, response: ServerResponse): Promise<void> {
  const file = params[0] as string;
  const deliveryId = readLinkToken(file.endsWith(".gif") ? file.slice(0, -4) : file);
  if (deliveryId !== null) {
    const { failure } = await takeHit(app.db, {
      deliveryId,
      kind: "open",
      linkPosition: null,
      at: app.clock(),
      method: request.method as string,
      userAgent: request.headers["user-agent"] ?? "",
      remoteAddress,
    });
    // The reader is owed the picture, whatever our disk says.
    if (failure) app.log.error({ err: failure }, "an open could not be written down");
  }
  show(app, response, "image/gif", PIXEL);
}
