import { type ActionFunctionArgs, redirect } from "@remix-run/node";

import { archiveSegment, findSegment } from "~/domain/segments/segments.server";
import { by, found } from "~/http/require";

export async function action({ request, params, context }: ActionFunctionArgs) {
  const segment = found(await findSegment(context.app.db.read, params.id ?? ""));
  const archived = (await request.formData()).get("archived") !== "no";
  await context.app.db.write((tx) => archiveSegment(tx, by(context), segment.id, archived));
  return redirect(`/staff/segments/${segment.publicId}`, 303);
}
