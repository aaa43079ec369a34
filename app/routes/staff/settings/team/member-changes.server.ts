/** What the four verbs of a member have in common: find, do, say what happened. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";

import { findStaffByPublicId } from "~/domain/accounts/staff.server";
import type { Tx } from "~/db/types";
import type { By } from "~/domain/journal/actor";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

type Outcome = { ok: true } | { ok: false; reason: "not_found" | "own_account" | "last_administrator" | "not_invited" };

export async function changeMember(
  { params, context }: ActionFunctionArgs,
  said: "roleChanged" | "disabled" | "enabled" | "repeated",
  change: (tx: Tx, by: By, member: { publicId: string }) => Promise<Outcome>,
) {
  const { app } = context;
  const { publicId, name } = found(await findStaffByPublicId(app.db.read, params.id ?? ""));
  const outcome = await app.db.write((tx) => change(tx, by(context), { publicId }));
  const page = `/staff/settings/team/${publicId}`;
  if (outcome.ok) return redirectSaying(app, page, { key: `team.said.${said}`, values: { name } });
  if (outcome.reason === "not_found") throw new Response(null, { status: 404 });
  return redirectSaying(app, page, { key: `team.said.${outcome.reason}`, values: { name }, tone: "error" });
}

/** Somebody who reloads after a change is led back to the member. */
export const backToMember = ({ params }: LoaderFunctionArgs) => redirect(`/staff/settings/team/${encodeURIComponent(params.id ?? "")}`);
