import { redirect } from "@remix-run/node";

/** The reports have no page of their own: the first of them. */
export function loader() {
  return redirect("/staff/reports/loyalty", 302);
}
