/** Everything that is held about one person, as a file. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { exportPerson, noteExport } from "~/domain/privacy/export.server";
import { by, found } from "~/http/require";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const party = found(await findPartyByPublicId(app.db.read, params.id ?? ""));
  const copy = await exportPerson(app.db.read, party.publicId, app.clock());
  await app.db.write((tx) => noteExport(tx, by(context), party.id));
  return new Response(JSON.stringify(copy, null, 1), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Content-Disposition": `attachment; filename="person-${party.publicId}.json"`, "Cache-Control": "no-store" },
  });
}
