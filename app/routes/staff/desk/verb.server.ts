/** How every verb on a case runs: find the case, read the form, one command, back to the page. */
import type { ActionFunctionArgs } from "@remix-run/node";
import type { z } from "zod";

import { backToCase, type CaseAnswer, type Composer, draftKeyOf, refused } from "./case.server";
import type { Tx } from "~/db/types";
import { findDeskCase, type DeskCase } from "~/domain/cases/desk.server";
import { dropDraft, findDraft, mergeDraft } from "~/domain/cases/drafts.server";
import { photoError, photoIdsOf, removePhoto, takePhotos } from "~/domain/cases/pending-photos.server";
import type { By } from "~/domain/journal/actor";
import { parseForm } from "~/http/forms";
import { by, found, requireStaff } from "~/http/require";
import { filesOf, PHOTO_FORM_BYTES, readForm, TEXT_FORM_BYTES } from "~/http/uploads.server";

type Result = { ok: true } | { ok: false; reason: string };

/** A verb that carries nothing but the version that was seen: start, assign, close, reopen. */
export async function changeBy<Schema extends z.ZodType>(
  { request, params, context }: ActionFunctionArgs,
  schema: Schema,
  command: (tx: Tx, by: By, caseId: number, value: z.output<Schema>) => Promise<Result>,
) {
  requireStaff(context);
  const about = found(await findDeskCase(context.app.db.read, params.id ?? ""));
  const form = found(await readForm(request, TEXT_FORM_BYTES));
  const submission = parseForm(form, schema);
  if (submission.status !== "success") return refused({ composer: null, result: submission.reply() }, 400);
  const result = await context.app.db.write((tx) => command(tx, by(context), about.id, submission.value));
  return result.ok ? backToCase(request, about) : refused({ composer: null, result: null, refused: result.reason });
}

const KEPT = ["message", "waitForCustomer", "decision", "grantedRemedy"];

/** A verb with a text: reply, note, decision. What was typed and sent up is kept in the draft first, then judged. */
export async function composeBy<Schema extends z.ZodType>(
  { request, params, context }: ActionFunctionArgs,
  composer: Composer,
  schema: Schema,
  command: (tx: Tx, by: By, about: DeskCase, value: z.output<Schema>, attachmentIds: string[]) => Promise<Result>,
) {
  const staff = requireStaff(context);
  const { db, clock } = context.app;
  const about = found(await findDeskCase(db.read, params.id ?? ""));
  const key = draftKeyOf(composer, about.publicId);
  const say = (answer: Omit<CaseAnswer, "composer">, status: number) => refused({ composer, ...answer }, status);
  const form = await readForm(request, PHOTO_FORM_BYTES);
  if (!form) return say({ result: null, photoError: "file_too_big" }, 413);
  const typed = Object.fromEntries(KEPT.map((name) => [name, typeof form.get(name) === "string" ? String(form.get(name)).slice(0, 20_000) : undefined]));
  await db.write((tx) => mergeDraft(tx, staff, key, () => typed, clock()));
  const target = { owner: staff, key, partyId: about.partyId, caseId: about.id, visibility: composer === "note" ? ("internal" as const) : ("public" as const) };
  const removed = form.get("remove");
  if (typeof removed === "string") {
    await removePhoto(db, by(context), target, removed);
    return backToCase(request, about, { compose: composer });
  }
  const taken = await takePhotos(db, by(context), target, await filesOf(form, "photos"));
  const submission = parseForm(form, schema);
  if (taken.refused) return say({ result: submission.reply(), photoError: photoError(taken, clock()) }, 422);
  if (submission.status !== "success") return say({ result: submission.reply() }, 400);
  const attachmentIds = photoIdsOf(await findDraft(db.read, staff, key));
  const result = await db.write(async (tx) => {
    const done = await command(tx, by(context), about, submission.value, attachmentIds);
    if (done.ok) await dropDraft(tx, staff, key);
    return done;
  });
  return result.ok ? backToCase(request, about) : say({ result: submission.reply(), refused: result.reason }, 409);
}
