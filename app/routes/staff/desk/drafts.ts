/** Keeps what staff are typing on a case (ui/autosave.ts). Says nothing back. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findDeskCase } from "~/domain/cases/desk.server";
import { mergeDraft, type DraftKey } from "~/domain/cases/drafts.server";
import { found, requireStaff } from "~/http/require";
import { HANG_UP, readForm, TEXT_FORM_BYTES } from "~/http/uploads.server";

const FIELDS = ["message", "waitForCustomer", "decision", "grantedRemedy"];
const LONGEST = 20_000;

export async function action({ request, context }: ActionFunctionArgs) {
  const staff = requireStaff(context);
  const form = await readForm(request, TEXT_FORM_BYTES);
  if (!form) return new Response(null, { status: 413, headers: HANG_UP });
  const [, kind, id] = found(/^(reply|note|decision):([0-9a-f-]{36})$/.exec(String(form.get("key"))));
  const { publicId } = found(await findDeskCase(context.app.db.read, id!));
  const typed = Object.fromEntries(FIELDS.map((name) => [name, form.has(name) ? String(form.get(name)).slice(0, LONGEST) : undefined]));
  await context.app.db.write((tx) => mergeDraft(tx, staff, `${kind}:${publicId}` as DraftKey, () => typed, context.app.clock()));
  return new Response(null, { status: 204 });
}
