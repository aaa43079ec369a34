import type { LoaderFunctionArgs } from "@remix-run/node";

import { findPhotoForCustomer } from "~/domain/cases/attachments.server";
import { found, requireCustomer } from "~/http/require";
import { photoResponse } from "~/http/served-photo.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  return photoResponse(found(await findPhotoForCustomer(context.app.db.read, partyId, params.id ?? "")));
}
