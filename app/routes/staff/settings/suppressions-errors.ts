/** Those lines of a file that hold no address, as a file: the page sends along what it was given. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { csvRow } from "~/domain/imports/csv";
import { MOST_BYTES, readSuppressionFile } from "~/domain/imports/suppression-file";
import { HANG_UP, readForm } from "~/http/uploads.server";

export async function action({ request }: ActionFunctionArgs) {
  const form = await readForm(request, MOST_BYTES * 2);
  if (!form) return new Response(null, { status: 413, headers: HANG_UP });
  const { errors } = readSuppressionFile(String(form.get("text") ?? ""));
  const body = `\uFEFF${csvRow(["line", "text"])}${errors.map(({ line, text }) => csvRow([line, text])).join("")}`;
  return new Response(body, { headers: { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="not-addresses.csv"', "Cache-Control": "no-store" } });
}
