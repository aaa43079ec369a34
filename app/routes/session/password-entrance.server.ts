/** Signing in by password, for the customers' door and for the staff's. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { safeNext, signInSchema, type Audience } from "~/domain/accounts/account";
import { signInByPassword } from "~/domain/accounts/sign-in.server";
import { parseForm, refuse } from "~/http/forms";
import { signedInHeaders, visitorOf } from "~/http/session.server";

export const HOME: Record<Audience, string> = { staff: "/staff", customer: "/portal" };

/** Whoever is in already goes on; else the page is told where the login shall lead. */
export function entranceLoader({ request, context }: LoaderFunctionArgs, audience: Audience): { back: string } {
  const back = safeNext(new URL(request.url).searchParams.get("back"), "");
  if (context.actor.kind === audience) throw redirect(back || HOME[audience]);
  return { back };
}

export async function passwordEntrance({ request, context }: ActionFunctionArgs, audience: Audience) {
  const submission = parseForm(await request.formData(), signInSchema);
  if (submission.status !== "success") return refuse(submission);
  const { email, password, back } = submission.value;
  const { app } = context;
  const now = app.clock();
  const result = await signInByPassword(app.db, {
    audience,
    email,
    password,
    visitor: visitorOf(context, request, audience),
    secretKey: app.env.SECRET_KEY,
    now,
  });
  if (result.ok)
    return redirect(safeNext(back, HOME[audience]), { status: 303, headers: signedInHeaders(app, audience, result) });
  if (result.reason === "too_many") return refuse(submission, { form: [`too_many_tries:${minutesUntil(result.retryAt, now)}`] }, 429);
  return refuse(submission, { form: ["credentials"] });
}

export function minutesUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 60_000));
}
