/** What staff and customers do with their own password and sessions: the same on both account pages. */
import type { AppLoadContext } from "@remix-run/node";

import { changePasswordSchema, type Audience } from "~/domain/accounts/account";
import { changeOwnPassword } from "~/domain/accounts/mailed-proof.server";
import { passwordFault } from "~/domain/accounts/password";
import { hashPassword } from "~/domain/accounts/passwords.server";
import { endSessions, listSessions, revokeSession } from "~/domain/accounts/sessions.server";
import { hasPassword, verifyOwnPassword } from "~/domain/accounts/sign-in.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { currentSessionId, sessionHeaders } from "~/http/session.server";

type Own = {
  audience: Audience;
  userId: number;
  /** Whom tokens are issued for: the staff user, or the customer's party. */
  subjectId: number;
  email: string;
  page: string;
};
type Call = { request: Request; context: AppLoadContext };

export async function ownSecurity({ request, context }: Call, { audience, userId }: Pick<Own, "audience" | "userId">) {
  const db = context.app.db.read;
  return {
    hasPassword: await hasPassword(db, audience, userId),
    sessions: await listSessions(db, audience, userId, currentSessionId(context, request, audience)),
  };
}

export async function changePassword(form: FormData, { request, context }: Call, own: Own) {
  const { app } = context;
  const { audience, userId, subjectId } = own;
  const submission = parseForm(form, changePasswordSchema);
  if (submission.status !== "success") return refuse(submission);
  const { currentPassword, password } = submission.value;
  const shown = await verifyOwnPassword(app.db, { audience, userId, password: currentPassword, now: app.clock() });
  if (!shown.ok) {
    if (shown.reason === "wrong") return refuse(submission, { fields: { currentPassword: ["current_password"] } });
    return refuse(submission, { form: [`too_many_tries:${Math.ceil((shown.retryAt - app.clock()) / 60_000)}`] }, 429);
  }
  const fault = passwordFault(password, own.email);
  if (fault) return refuse(submission, { fields: { password: [fault] } });

  const passwordHash = await hashPassword(password);
  const userAgent = request.headers.get("User-Agent");
  const sessionId = await app.db.write((tx) =>
    changeOwnPassword(tx, by(context), { audience, userId, subjectId, passwordHash, userAgent }),
  );
  return redirectSaying(app, own.page, { key: "account.password.saved" }, sessionHeaders(app, audience, sessionId));
}

export async function endOneSession(form: FormData, { context }: Call, { audience, userId, page }: Own) {
  const handle = String(form.get("handle") ?? "");
  const ended = await context.app.db.write((tx) => revokeSession(tx, by(context), { audience, userId, handle }));
  if (!ended) throw new Response(null, { status: 404 });
  return redirectSaying(context.app, page, { key: "account.sessions.ended" });
}

export async function endOtherSessions({ request, context }: Call, { audience, userId, page }: Own) {
  const keep = currentSessionId(context, request, audience);
  await context.app.db.write((tx) => endSessions(tx, audience, userId, keep));
  return redirectSaying(context.app, page, { key: "account.sessions.endedOthers" });
}
