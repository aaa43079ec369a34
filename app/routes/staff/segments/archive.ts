import { type ActionFunctionArgs, redirect } from "@remix-run/node";

import { listWaitingUses } from "~/domain/campaigns/segment-use.server";
import { archiveSegment, findSegment } from "~/domain/segments/segments.server";
import { by, found } from "~/http/require";

export async function action({ request, params, context }: ActionFunctionArgs) {
  const segment = found(await findSegment(context.app.db.read, params.id ?? ""));
  const archived = (await request.formData()).get("archived") !== "no";
  const done = await context.app.db.write(async (tx) => {
    const waiting = archived ? await listWaitingUses(tx, segment.id) : [];
    return waiting.length ? { ok: false } : archiveSegment(tx, by(context), segment.id, archived);
  });
  return redirect(`/staff/segments/${segment.publicId}${done.ok ? "" : "?stays=1"}`, 303);
}
