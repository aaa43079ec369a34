import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { findRun, resumeRun } from "~/domain/imports/runs.server";
import { by, found } from "~/http/require";

export const loader = ({ params }: LoaderFunctionArgs) =>
  redirect(`/staff/imports/${encodeURIComponent(params.id ?? "")}`, 303);

/** Lets a failed import go on where it stopped. */
export async function action({ params, context }: ActionFunctionArgs) {
  const run = found(await findRun(context.app.db.read, params.id ?? ""));
  await context.app.db.write((tx) => resumeRun(tx, by(context), run.id));
  return redirect(`/staff/imports/${run.publicId}`, 303);
}
