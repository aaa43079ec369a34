/** The address in the mail: scanners open it too, so it does nothing but lead to the page that asks for a click. */
import { redirect, type LoaderFunctionArgs } from "@remix-run/node";

import { heldHeaders } from "~/http/session.server";

export function loader({ params, context }: LoaderFunctionArgs) {
  return redirect("/login/link", { status: 303, headers: heldHeaders(context.app, "login_link", params.token ?? null) });
}
