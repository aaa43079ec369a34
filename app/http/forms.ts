import type { Submission, SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data } from "@remix-run/node";
import type { z } from "zod";

import { messageKeyOf } from "../i18n/form-errors";

/** Reads a form by its schema; the messages of the answer are keys of the area `errors`. */
export function parseForm<Schema extends z.ZodType>(form: FormData, schema: Schema): Submission<z.input<Schema>, string[], z.output<Schema>> {
  return parseWithZod(form, { schema, error: messageKeyOf }) as never;
}

/** 400 with what was typed and what is wrong with it. Passwords are never sent back, not even to who typed them. */
export function refuse(submission: { payload: Record<string, unknown>; reply(options?: object): SubmissionResult<string[]> }, errors?: { form?: string[]; fields?: Record<string, string[]> }, status = 400) {
  const hideFields = Object.keys(submission.payload).filter((name) => /password/i.test(name));
  return data(
    { result: submission.reply({ hideFields, ...(errors && { formErrors: errors.form ?? [], fieldErrors: errors.fields ?? {} }) }) },
    { status },
  );
}
