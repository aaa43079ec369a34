import type { AppLoadContext } from "@remix-run/node";

import { findKeptMail, mayRead } from "~/domain/correspondence/kept-mails.server";
import { found, requireStaff } from "~/http/require";

/** The mail, if who asks may read it; else it is not there. */
export async function readableMail(context: AppLoadContext, publicId: string | undefined) {
  const { db } = context.app;
  const mail = found(await findKeptMail(db.read, publicId ?? ""));
  return found((await mayRead(db.read, requireStaff(context), mail.id)) ? mail : null);
}
