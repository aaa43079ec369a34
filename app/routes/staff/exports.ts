import { Readable } from "node:stream";

import { type ActionFunctionArgs, createReadableStreamFromReadable, redirect } from "@remix-run/node";

import { getCompany } from "~/domain/company/company.server";
import { exportFile, noteExport } from "~/domain/imports/export.server";
import { IMPORT_TYPES_LIST, type ImportType } from "~/domain/imports/import";
import { findSegment, listSegmentPartyIds } from "~/domain/segments/segments.server";
import { by, found } from "~/http/require";

export const loader = () => redirect("/staff/imports", 303);

/** A file of everything of one type, or of a segment's customers. Streamed: there may be very much. Who took it is on record. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { db, fields, clock } = context.app;
  const form = await request.formData();
  const type = found(IMPORT_TYPES_LIST.find((one) => one === form.get("type")) ?? null) as ImportType;
  const chosen = String(form.get("segment") ?? "");
  const segment = chosen ? found(await findSegment(db.read, chosen)) : null;
  const now = clock();
  const whose =
    segment &&
    ((afterId: number, limit: number) => listSegmentPartyIds(db.aside, fields, segment.rules, now, { afterId, limit }));
  const { locale } = await getCompany(db.read);
  await db.write((tx) => noteExport(tx, by(context), type, segment?.publicId ?? null));
  const day = new Date(now).toISOString().slice(0, 10);
  const pieces = exportFile(db.aside, type, locale, whose);
  return new Response(createReadableStreamFromReadable(Readable.from(pieces)), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${type}-${day}.csv"`,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    },
  });
}
