/** The address in the mail: scanners open it too, so it does nothing but lead to the page that asks for a click. */
import { redirect, type LoaderFunctionArgs } from "@remix-run/node";

import { heldHeaders } from "~/http/session.server";

export function loader({ params, context }: LoaderFunctionArgs) {
  return redirect("/sign-up/confirm", { status: 303, headers: heldHeaders(context.app, "sign_up", params.token ?? null) });
}
