/** Everything that is held about one person, as a file. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { exportPerson, noteExport } from "~/domain/privacy/export.server";
import { by } from "~/http/require";
import { customerAsked } from "./asked.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const party = await customerAsked(app.db.read, request, params.id);
  const copy = await exportPerson(app.db.read, party.publicId, app.clock());
  await app.db.write((tx) => noteExport(tx, by(context), party.id));
  return new Response(JSON.stringify(copy, null, 1), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Content-Disposition": `attachment; filename="person-${party.publicId}.json"`, "Cache-Control": "no-store" },
  });
}
