import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { findRun, pauseRun } from "~/domain/imports/runs.server";
import { by, found } from "~/http/require";

export const loader = ({ params }: LoaderFunctionArgs) =>
  redirect(`/staff/imports/${encodeURIComponent(params.id ?? "")}`, 303);

/** Lets an import rest; it goes on when somebody says so. */
export async function action({ params, context }: ActionFunctionArgs) {
  const run = found(await findRun(context.app.db.read, params.id ?? ""));
  await context.app.db.write((tx) => pauseRun(tx, by(context), run.id));
  return redirect(`/staff/imports/${run.publicId}`, 303);
}
