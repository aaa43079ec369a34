/** What the page of a stranger's letter needs to file it, and the filing itself. */
import { type ActionFunctionArgs, data } from "@remix-run/node";
import { z } from "zod";

import type { Reader } from "~/db/types";
import { listStrangersPhotos } from "~/domain/cases/attachments.server";
import { fileLetter, findWriters, isStrangers, listCasesToGoOn } from "~/domain/cases/strangers.server";
import { findPrimaryEmail } from "~/domain/customers/contact-points.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { type InboundMail, setInboundAside } from "~/domain/deliveries/inbound.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm } from "~/http/forms";
import { by } from "~/http/require";

type Open = Pick<InboundMail, "id" | "kind" | "outcome" | "fromAddress" | "fromName">;

/** Null when it is no stranger's letter. */
export async function readFiling(db: Reader, mail: Open, query: URLSearchParams) {
  if (!isStrangers(mail)) return null;
  const typed = query.get("q")?.slice(0, 200).trim() ?? null;
  return {
    typed: typed ?? mail.fromName ?? "",
    writers: await findWriters(db, mail, typed),
    chosen: await readChosen(db, query.get("customer")),
    photos: (await listStrangersPhotos(db, mail.id)).map(({ publicId, filename }) => ({ publicId, filename })),
  };
}

async function readChosen(db: Reader, publicId: string | null) {
  const party = publicId === null ? null : await findPartyByPublicId(db, publicId);
  if (!party || party.erasedAt !== null) return null;
  return { publicId: party.publicId, name: party.name, email: await findPrimaryEmail(db, party.id), cases: await listCasesToGoOn(db, party.id) };
}

const schema = z.object({
  mail: z.uuid("invalid"),
  customer: z.uuid("choose"),
  /** Empty: a new one. */
  case: z.uuid("choose").optional(),
  theirs: z.literal("on").optional(),
});

export async function fileByForm({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  if (form.has("aside")) {
    const mail = String(form.get("aside"));
    if (!(await context.app.db.write((tx) => setInboundAside(tx, by(context), mail)))) throw new Response(null, { status: 404 });
    return redirectSaying(context.app, "/staff/inbound", { key: "inbound.asideDone" });
  }
  const submission = parseForm(form, schema);
  if (submission.status !== "success") return data({ refusal: "unknown_customer" as const }, { status: 400 });
  const { mail, customer, case: on, theirs } = submission.value;
  const filed = await context.app.db.write((tx) =>
    fileLetter(tx, by(context), { mailPublicId: mail, partyPublicId: customer, casePublicId: on ?? null, isTheirAddress: theirs === "on" }),
  );
  if (filed.ok) return redirectSaying(context.app, `/staff/desk/${filed.casePublicId}`, { key: "inbound.file.done" });
  if (filed.reason === "not_found") throw new Response(null, { status: 404 });
  return data({ refusal: filed.reason }, { status: 409 });
}
