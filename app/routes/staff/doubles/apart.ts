/** Two records are two people (or may be one after all). */
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { keepApart } from "~/domain/doubles/finding.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export const loader = ({ params }: LoaderFunctionArgs) => redirect(`/staff/customers/${encodeURIComponent(params.id ?? "")}/merge/${encodeURIComponent(params.other ?? "")}`);

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const one = found(await findPartyByPublicId(app.db.read, params.id ?? ""));
  const other = found(await findPartyByPublicId(app.db.read, params.other ?? ""));
  const again = (await request.formData()).get("again") === "on";
  await app.db.write((tx) => keepApart(tx, by(context), one.id, other.id, !again));
  if (again) return redirectSaying(app, `/staff/customers/${one.publicId}/merge/${other.publicId}`, { key: "doubles.said.again" });
  return redirectSaying(app, "/staff/customers/doubles", { key: "doubles.said.apart" });
}
