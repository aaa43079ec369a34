/** Putting a topic away and taking it back: two verbs with one shape. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { archiveTopic, findTopic, restoreTopic } from "~/domain/customers/topics.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const path = (key: string | undefined) => `/staff/settings/topics/${encodeURIComponent(key ?? "")}`;

export const loader = ({ params }: LoaderFunctionArgs) => redirect(path(params.key));

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const { id } = found(await findTopic(app.db.read, params.key ?? ""));
  const isArchive = new URL(request.url).pathname.replace(/\.data$/, "").endsWith("/archive");
  await app.db.write((tx) => (isArchive ? archiveTopic : restoreTopic)(tx, by(context), id));
  return redirectSaying(app, path(params.key), { key: isArchive ? "topics.said.archived" : "topics.said.restored" });
}
