/** Forgotten passwords and invitations, for both populations: ask for the link, follow it, choose a password. */
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { emailOnlySchema, newPasswordFormSchema, type Audience } from "~/domain/accounts/account";
import { findPasswordToken, requestPasswordReset, resetPassword } from "~/domain/accounts/mailed-proof.server";
import { passwordFault } from "~/domain/accounts/password";
import { hashPassword } from "~/domain/accounts/passwords.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { atLeast, heldHeaders, readHeld, signedInHeaders, visitorOf } from "~/http/session.server";
import { HOME, minutesUntil } from "./password-entrance.server";

/** Longer than either way takes, so that the time does not tell whether a mail was written. */
const ANSWER_MS = 250;
const PAGE = { staff: "/staff/reset", customer: "/reset" } as const;

export async function askForReset({ request, context }: ActionFunctionArgs, audience: Audience) {
  const submission = parseForm(await request.formData(), emailOnlySchema);
  if (submission.status !== "success") return refuse(submission);
  const { app, remoteAddress } = context;
  const { email } = submission.value;
  const work = app.db.write((tx) => requestPasswordReset(tx, by(context), { audience, email, remoteAddress }));
  const asked = await atLeast(ANSWER_MS, work);
  if (!asked.ok) return refuse(submission, { form: [`too_many_mails:${minutesUntil(asked.retryAt, app.clock())}`] }, 429);
  return data({ result: null, asked: true });
}

/** The address in the mail: keeps the token for the page behind it, out of the address bar. */
export function openReset({ params, context }: LoaderFunctionArgs, audience: Audience) {
  return redirect(PAGE[audience], { status: 303, headers: heldHeaders(context.app, `reset_${audience}`, params.token ?? null) });
}

export async function resetLoader({ request, context }: LoaderFunctionArgs, audience: Audience) {
  const token = readHeld(context, request, `reset_${audience}`);
  const now = context.app.clock();
  const account = token === null ? null : await findPasswordToken(context.app.db.read, { audience, token, now });
  return { account };
}

export async function choosePassword({ request, context }: ActionFunctionArgs, audience: Audience) {
  const { app } = context;
  const submission = parseForm(await request.formData(), newPasswordFormSchema);
  if (submission.status !== "success") return refuse(submission);
  const { password } = submission.value;
  const token = readHeld(context, request, `reset_${audience}`) ?? "";
  const account = await findPasswordToken(app.db.read, { audience, token, now: app.clock() });
  const dropLink = heldHeaders(app, `reset_${audience}`, null);
  if (!account) return redirect(PAGE[audience], { status: 303, headers: dropLink });
  const fault = passwordFault(password, account.email);
  if (fault) return refuse(submission, { fields: { password: [fault] } });

  const passwordHash = await hashPassword(password);
  const visitor = visitorOf(context, request, audience);
  const result = await app.db.write((tx) =>
    resetPassword(tx, by(context), { audience, token, passwordHash, visitor, secretKey: app.env.SECRET_KEY }),
  );
  if (!result.ok) return redirect(PAGE[audience], { status: 303, headers: dropLink });
  const headers = signedInHeaders(app, audience, result);
  for (const [name, value] of dropLink) headers.append(name, value);
  return redirectSaying(app, HOME[audience], { key: "session.reset.done" }, headers);
}
