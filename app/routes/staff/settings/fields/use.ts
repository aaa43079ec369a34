/** Putting a field away and taking it back: two verbs with one shape. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { findCustomField, setFieldArchived } from "~/domain/customers/custom-fields.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const path = (key: string | undefined) => `/staff/settings/fields/${encodeURIComponent(key ?? "")}`;

export const loader = ({ params }: LoaderFunctionArgs) => redirect(path(params.key));

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const { id } = found(await findCustomField(app.db.read, params.key ?? ""));
  const isArchive = new URL(request.url).pathname.replace(/\.data$/, "").endsWith("/archive");
  await app.db.write((tx) => setFieldArchived(tx, by(context), id, isArchive));
  return redirectSaying(app, path(params.key), { key: isArchive ? "record.fields.said.archived" : "record.fields.said.restored" });
}
