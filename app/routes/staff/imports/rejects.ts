import { Readable } from "node:stream";

import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";

import type { RejectReason } from "~/domain/imports/import";
import { rejectsFile } from "~/domain/imports/rejects.server";
import { findRun } from "~/domain/imports/runs.server";
import { found } from "~/http/require";
import { translator } from "~/i18n/messages.server";

/** The refused rows with their reasons, to be mended and imported again. Streamed: there may be very many. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const run = found(await findRun(db, params.id ?? ""));
  const t = translator(context.locale, "imports");
  const pieces = rejectsFile(
    db,
    run,
    [t("preview.line"), t("rejects.column"), t("rejects.reason")],
    (reject) => t(`reasons.${reject.reason as RejectReason}`),
  );
  const name = `${run.filename.replace(/\.(csv|txt|tsv|gz)+$/gi, "").replace(/[^\p{L}\p{N}._-]+/gu, "-") || "file"}-rejects.csv`;
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="rejects.csv"; filename*=UTF-8''${encodeURIComponent(name)}`,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    },
  });
}
