/** A kept mail's HTML for the frame of show.tsx: sanitised, and by its headers (security.server.ts) nothing runs and nothing is fetched. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { findKeptHtml } from "~/domain/correspondence/kept-mails.server";
import { safeHtml } from "~/domain/correspondence/safe-html";
import { found } from "~/http/require";
import { readableMail } from "./readable.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const mail = await readableMail(context, params.id);
  const html = found(await findKeptHtml(context.app.db.read, mail.id));
  return new Response(`<!doctype html><meta charset="utf-8"><base target="_blank">${safeHtml(html)}`, {
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
}
