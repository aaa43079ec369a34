/** The people behind a figure as a file for a spreadsheet, read and written a thousand at a time. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { isLaunched } from "~/domain/campaigns/campaign";
import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { isFigure, type Figure } from "~/domain/campaigns/figures.server";
import { listRecipients, type Recipient } from "~/domain/campaigns/report.server";
import { found } from "~/http/require";

import { csvLine } from "./csv";

const CHUNK = 1000;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.aside;
  const campaign = found(await findCampaign(db, params.id ?? ""));
  if (!isLaunched(campaign.status)) throw new Response(null, { status: 404 });
  const asked = new URL(request.url).searchParams.get("who") ?? "all";
  const figure: Figure = isFigure(asked) ? asked : "all";

  let before: number | undefined;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // The mark tells spreadsheets that this is UTF-8.
      controller.enqueue(encoder.encode(`\uFEFF${csvLine(COLUMNS)}`));
    },
    async pull(controller) {
      const rows = await listRecipients(db, campaign.id, figure, { before, limit: CHUNK });
      if (rows.length > 0) controller.enqueue(encoder.encode(rows.map(lineOf).join("")));
      before = rows.at(-1)?.id;
      if (rows.length < CHUNK) controller.close();
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="campaign-${campaign.publicId.slice(-6)}-${figure.replace(/\W/g, "-")}.csv"`,
      "Cache-Control": "no-store",
    },
  });
}

const COLUMNS = ["delivery", "customer", "name", "address", "language", "state", "reason", "code", "words", "accepted_at", "opened_at", "clicked_at"];

function lineOf(row: Recipient): string {
  const at = (instant: number | null) => (instant === null ? "" : new Date(instant).toISOString());
  return csvLine([
    row.publicId, row.partyPublicId ?? "", row.name ?? "", row.address, row.locale, row.state, row.reason ?? "", row.code === null ? "" : String(row.code),
    row.words ?? "", at(row.acceptedAt), at(row.openedAt), at(row.clickedAt),
  ]);
}
