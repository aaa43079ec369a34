import type { LoaderFunctionArgs } from "@remix-run/node";

import { findPhotoForStaff } from "~/domain/cases/attachments.server";
import { found, requireStaff } from "~/http/require";
import { photoResponse } from "~/http/served-photo.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  requireStaff(context);
  return photoResponse(found(await findPhotoForStaff(context.app.db.read, params.id ?? "")));
}
