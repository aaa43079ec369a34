import { rm } from "node:fs/promises";

import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { uploadPath } from "~/domain/imports/import-worker.server";
import { discardRun, findRun } from "~/domain/imports/runs.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export const loader = ({ params }: LoaderFunctionArgs) =>
  redirect(`/staff/imports/${encodeURIComponent(params.id ?? "")}`, 303);

/** Takes away an uploaded file that is not to be imported. */
export async function action({ params, context }: ActionFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  if (!(await app.db.write((tx) => discardRun(tx, by(context), run.id))))
    return redirect(`/staff/imports/${run.publicId}`, 303);
  await rm(uploadPath(app.env.DATA_DIR, run.publicId), { force: true });
  return redirectSaying(app, "/staff/imports", {
    key: "imports.discard.done",
    values: { name: run.filename },
  });
}
