/** Takes one photo while its message is still being written (ui/photo-upload.tsx). Without scripts photos come with the form. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findDraftTarget } from "./draft-target.server";
import { photoError, takePhotos } from "~/domain/cases/pending-photos.server";
import { by, found, requireCustomer } from "~/http/require";
import { filesOf, HANG_UP, PHOTO_FORM_BYTES, readForm } from "~/http/uploads.server";

export async function action({ request, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const form = await readForm(request, PHOTO_FORM_BYTES);
  if (!form) return Response.json({ error: "file_too_big" }, { status: 413, headers: HANG_UP });
  const key = found(await findDraftTarget(context.app.db.read, customer.partyId, String(form.get("key"))));
  const files = await filesOf(form, "photo");
  const taken = await takePhotos(context.app.db, by(context), { owner: customer, key, partyId: customer.partyId }, files.slice(0, 1));
  const [photo] = taken.attachments;
  return photo ? Response.json({ photo }) : Response.json({ error: photoError(taken, context.app.clock()) ?? "required" }, { status: 422 });
}
