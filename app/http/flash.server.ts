/** What just happened, said once on the page that a form leads to: carried over the redirect in a cookie. */
import { redirect } from "@remix-run/node";
import { z } from "zod";

import type { App } from "../context.server";
import { cookieName, ownCookie } from "./cookies.server";

const flashSchema = z.object({
  /** The whole key of the message: `team.invited`. */
  key: z.string().regex(/^\w+(\.\w+)+$/),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  tone: z.enum(["success", "error"]).optional(),
});

export type FlashMessage = z.infer<typeof flashSchema>;

const NAME = "rapport_flash";

export function redirectSaying(app: Pick<App, "env">, to: string, message: FlashMessage, headers = new Headers()): Response {
  const value = Buffer.from(JSON.stringify(message)).toString("base64url");
  headers.append("Set-Cookie", ownCookie(app, NAME, value, 60));
  return redirect(to, { status: 303, headers });
}

/** The message that waits, and the header that takes it away; null when there is none. */
export function takeFlash(app: Pick<App, "env">, request: Request): { message: FlashMessage; clear: string } | null {
  const value = new RegExp(`(?:^|;\\s*)${cookieName(app, NAME)}=([\\w-]+)`).exec(request.headers.get("Cookie") ?? "")?.[1];
  if (!value) return null;
  const message = flashSchema.safeParse(parsed(Buffer.from(value, "base64url").toString("utf8")));
  return message.success ? { message: message.data, clear: ownCookie(app, NAME, "", 0) } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
