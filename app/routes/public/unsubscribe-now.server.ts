/**
 * POST `/u/<token>`: leaving. Mail programs post `List-Unsubscribe=One-Click` without cookies (RFC 8058); the page of
 * the same address posts what its reader chose. The token is the proof, so that no Origin is asked for.
 */
import type { ServerResponse } from "node:http";

import type { App } from "../../context.server";
import { readLinkToken } from "../../domain/deliveries/token.server";
import { findLinkedMail, unsubscribe } from "../../domain/deliveries/unsubscribe.server";
import { bySystem } from "../../domain/journal/actor";
import type { Asked } from "../../http/handler";
import { lead, say } from "../../http/quick-answers.server";
import { readRawBody } from "../../http/raw-body.server";

export const UNSUBSCRIBE_WORDING = "unsubscribe-1";

export async function unsubscribeNow(app: App, { request, params, remoteAddress }: Asked, response: ServerResponse): Promise<void> {
  const token = params[0] as string;
  const deliveryId = readLinkToken(token);
  const mail = deliveryId === null ? null : await findLinkedMail(app.db.read, deliveryId);
  const body = await readRawBody(request, 20_000);
  if (!mail || mail.class !== "marketing") return say(app, response, 404, "This link is not known here.");
  const { oneClick, from } = readChoice(request.headers["content-type"] ?? "", body);
  await app.db.write((tx) =>
    unsubscribe(tx, bySystem("public", app.clock()), mail, {
      from,
      source: oneClick ? "one_click" : "unsubscribe_page",
      wordingVersion: UNSUBSCRIBE_WORDING,
      remoteAddress,
    }),
  );
  if (oneClick) say(app, response, 200, "You are unsubscribed.");
  else lead(app, response, 303, `/u/${token}?done=${from}`);
}

/** The one field may come as a form of either encoding. */
function readChoice(contentType: string, body: Buffer | null): { oneClick: boolean; from: "topic" | "all" } {
  const text = body?.toString("utf8") ?? "";
  if (/^multipart\/form-data/i.test(contentType))
    return { oneClick: /name="?List-Unsubscribe"?\s*\r?\n\r?\n\s*One-Click/i.test(text), from: "topic" };
  const form = new URLSearchParams(text);
  return { oneClick: form.get("List-Unsubscribe")?.toLowerCase() === "one-click", from: form.get("from") === "all" ? "all" : "topic" };
}
