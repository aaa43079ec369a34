/** Takes one photo for a reply or a note that is being written. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findDeskCase } from "~/domain/cases/desk.server";
import type { DraftKey } from "~/domain/cases/drafts.server";
import { photoError, takePhotos } from "~/domain/cases/pending-photos.server";
import { by, found, requireStaff } from "~/http/require";
import { filesOf, HANG_UP, PHOTO_FORM_BYTES, readForm } from "~/http/uploads.server";

export async function action({ request, context }: ActionFunctionArgs) {
  const staff = requireStaff(context);
  const form = await readForm(request, PHOTO_FORM_BYTES);
  if (!form) return Response.json({ error: "file_too_big" }, { status: 413, headers: HANG_UP });
  const [, kind, id] = found(/^(reply|note):([0-9a-f-]{36})$/.exec(String(form.get("key"))));
  const about = found(await findDeskCase(context.app.db.read, id!));
  const files = await filesOf(form, "photo");
  const target = { owner: staff, key: `${kind}:${about.publicId}` as DraftKey, partyId: about.partyId, caseId: about.id, visibility: kind === "note" ? ("internal" as const) : ("public" as const) };
  const taken = await takePhotos(context.app.db, by(context), target, files.slice(0, 1));
  const [photo] = taken.attachments;
  return photo ? Response.json({ photo }) : Response.json({ error: photoError(taken, context.app.clock()) ?? "required" }, { status: 422 });
}
