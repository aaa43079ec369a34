/** The address in the mail that proves a new e-mail address: the page behind it asks to sign in, then to confirm. */
import { redirect, type LoaderFunctionArgs } from "@remix-run/node";

import { heldHeaders } from "~/http/session.server";

export function loader({ params, context }: LoaderFunctionArgs) {
  return redirect("/portal/account/email", { status: 303, headers: heldHeaders(context.app, "verify_email", params.token ?? null) });
}
