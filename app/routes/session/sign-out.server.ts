import type { ActionFunctionArgs } from "@remix-run/node";

import type { Audience } from "~/domain/accounts/account";
import { endSession } from "~/domain/accounts/sessions.server";
import { redirectSaying } from "~/http/flash.server";
import { currentSessionId, sessionHeaders } from "~/http/session.server";

const DOOR = { staff: "/staff/login", customer: "/login" } as const;

export async function signOut({ request, context }: ActionFunctionArgs, audience: Audience) {
  const sessionId = currentSessionId(context, request, audience);
  if (sessionId) await context.app.db.write((tx) => endSession(tx, audience, sessionId));
  return redirectSaying(context.app, DOOR[audience], { key: "session.signedOut" }, sessionHeaders(context.app, audience, null));
}
