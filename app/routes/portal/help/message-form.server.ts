/** A customer's message with photos, as the thread, the reopening and the question take it. */
import type { SubmissionResult } from "@conform-to/react";
import { type AppLoadContext, data } from "@remix-run/node";
import type { z } from "zod";

import { findDraft, mergeDraft, type DraftKey } from "~/domain/cases/drafts.server";
import { photoError, photoIdsOf, removePhoto, takePhotos } from "~/domain/cases/pending-photos.server";
import { parseForm } from "~/http/forms";
import { by, requireCustomer } from "~/http/require";
import { filesOf, HANG_UP, PHOTO_FORM_BYTES, readForm } from "~/http/uploads.server";

export type MessageAnswer = { result: SubmissionResult<string[]> | null; photoError?: string | undefined };

type Read<Value> =
  | { ok: true; value: Value; attachmentIds: string[]; refuse(formError: string): ReturnType<typeof answer> }
  /** What to answer; null: a photo was taken back, show the page again. */
  | { ok: false; answer: ReturnType<typeof answer> | null };

/** Keeps what was typed and every good photo in the draft first; then judges. */
export async function readMessage<Schema extends z.ZodType>(request: Request, context: AppLoadContext, key: DraftKey, schema: Schema): Promise<Read<z.output<Schema>>> {
  const customer = requireCustomer(context);
  const { db, clock } = context.app;
  const form = await readForm(request, PHOTO_FORM_BYTES);
  if (!form) return { ok: false, answer: answer({ result: null, photoError: "file_too_big" }, 413) };
  const typed = Object.fromEntries(["subject", "message"].filter((name) => typeof form.get(name) === "string").map((name) => [name, String(form.get(name)).slice(0, 20_000)]));
  await db.write((tx) => mergeDraft(tx, customer, key, () => typed, clock()));
  const target = { owner: customer, key, partyId: customer.partyId };
  const removed = form.get("remove");
  if (typeof removed === "string") {
    await removePhoto(db, by(context), target, removed);
    return { ok: false, answer: null };
  }
  const taken = await takePhotos(db, by(context), target, await filesOf(form, "photos"));
  const submission = parseForm(form, schema);
  if (taken.refused) return { ok: false, answer: answer({ result: submission.reply(), photoError: photoError(taken, clock()) }, 422) };
  if (submission.status !== "success") return { ok: false, answer: answer({ result: submission.reply() }, 400) };
  return {
    ok: true,
    value: submission.value,
    attachmentIds: photoIdsOf(await findDraft(db.read, customer, key)),
    refuse: (formError) => answer({ result: submission.reply({ formErrors: [formError] }) }, 409),
  };
}

function answer(said: MessageAnswer, status: number) {
  return data(said, { status, ...(status === 413 && { headers: HANG_UP }) });
}
