/** A file that came with a mail: always to be saved, never shown here, whatever it says it is. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { findKeptFile } from "~/domain/correspondence/kept-mails.server";
import { found } from "~/http/require";
import { readableMail } from "./readable.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const mail = await readableMail(context, params.id);
  const { filename, bytes } = found(await findKeptFile(context.app.db.read, mail.id, params.file ?? ""));
  return new Response(bytes as BodyInit, {
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(bytes.byteLength),
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
      "Content-Security-Policy": "default-src 'none'; sandbox",
      "Cache-Control": "private, no-store",
    },
  });
}
