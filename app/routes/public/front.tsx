import { redirect } from "@remix-run/node";

/** The front door leads customers to their portal; staff begin at /staff. */
export function loader() {
  return redirect("/portal");
}
