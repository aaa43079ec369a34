import type { ActionFunctionArgs } from "@remix-run/node";

import { archiveMailing, findMailing } from "~/domain/mailings/mailings.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ params, context }: ActionFunctionArgs) {
  const mailing = found(await findMailing(context.app.db.read, params.id ?? ""));
  await context.app.db.write((tx) => archiveMailing(tx, by(context), mailing.id));
  return redirectSaying(context.app, "/staff/mailings", { key: "mailings.edit.archived" });
}
