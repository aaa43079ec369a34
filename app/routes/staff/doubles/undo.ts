/** Two records that were made one become two again. */
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { undoMerge } from "~/domain/doubles/undo.server";
import { redirectSaying } from "~/http/flash.server";
import { by } from "~/http/require";

const page = (id: string | undefined) => `/staff/customers/${encodeURIComponent(id ?? "")}`;

export const loader = ({ params }: LoaderFunctionArgs) => redirect(page(params.id));

export async function action({ params, context }: ActionFunctionArgs) {
  const undone = await context.app.db.write((tx) => undoMerge(tx, by(context), params.merge ?? ""));
  return redirectSaying(context.app, page(params.id), undone.ok ? { key: "doubles.said.undone" } : { key: `doubles.why.${undone.reason}`, tone: "error" });
}
