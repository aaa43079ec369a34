import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { findListedToken, revokeToken } from "~/domain/integrations/tokens.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export const loader = ({ params }: LoaderFunctionArgs) => redirect(`/staff/settings/api/${encodeURIComponent(params.id ?? "")}`);

export async function action({ params, context }: ActionFunctionArgs) {
  const { publicId, name } = found(await findListedToken(context.app.db.read, params.id ?? ""));
  await context.app.db.write((tx) => revokeToken(tx, by(context), publicId));
  return redirectSaying(context.app, "/staff/settings/api", { key: "api.said.revoked", values: { name } });
}
