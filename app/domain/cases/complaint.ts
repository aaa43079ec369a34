/** What a customer may say in a complaint, a question or a message; the same schemas on both sides of the form. */
import { z } from "zod";

import { dayIn } from "../company/calendar";
import { COMPLAINT_REASONS, DECISIONS, REMEDIES } from "./case";

export const MESSAGE_LENGTH = 5_000;
export const PHOTOS_PER_MESSAGE = 6;
/** Bytes of one photo as sent. */
export const PHOTO_BYTES = 8 * 1024 * 1024;

/** What one customer may have waiting on messages not yet sent, in all their drafts. */
export const PHOTOS_WAITING = { count: 30, bytes: 48 * 1024 * 1024 };
/** What one customer may send up within 24 hours, taken back or not. */
export const PHOTOS_A_DAY = { count: 60, bytes: 240 * 1024 * 1024 };

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "invalid");

/** Line ends as one character, no other control characters, trimmed. */
const plainText = (max: number) =>
  z
    .string({ error: "required" })
    .transform((text) => text.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t]/gu, "").trim())
    .pipe(z.string().min(1, "required").max(max, "too_long"));

const calendarDay = z.iso.date({ error: "date" }).refine((day) => day >= "1990-01-01", "date");

/** The questions of the complaint form, one page each, in their order. */
export const COMPLAINT_STEPS = ["reason", "story", "photos", "remedy", "check"] as const;
export type ComplaintStep = (typeof COMPLAINT_STEPS)[number];

export const reasonStep = z.object({
  reason: z.enum(COMPLAINT_REASONS, { error: "choose" }),
  quantity: z.coerce.number({ error: "number" }).int("number").min(1, "too_small").max(100_000, "too_big").default(1),
});

export const storyStep = z.object({
  noticedOn: z.preprocess((day) => day || undefined, calendarDay.optional()),
  description: plainText(MESSAGE_LENGTH),
});

export const remedyStep = z.object({ wantedRemedy: z.enum(REMEDIES, { error: "choose" }) });

/** A complaint complete enough to be filed. */
export const complaintSchema = z.object({
  ...reasonStep.shape,
  ...storyStep.shape,
  ...remedyStep.shape,
  attachmentIds: z.array(uuid).max(PHOTOS_PER_MESSAGE, "too_many_files").default([]),
});
export type Complaint = z.infer<typeof complaintSchema>;

/** What is kept of a complaint while it is being filled in: anything may still be missing or wrong. */
export const complaintDraftSchema = z.object({
  submissionKey: uuid,
  reason: z.string().optional().catch(undefined),
  quantity: z.union([z.string(), z.number()]).optional().catch(undefined),
  noticedOn: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  wantedRemedy: z.string().optional().catch(undefined),
  attachmentIds: z.array(uuid).max(PHOTOS_PER_MESSAGE).catch([]),
});
export type ComplaintDraft = z.infer<typeof complaintDraftSchema>;

/** The first question that has no usable answer yet; `check` when all have. */
export function firstOpenStep(draft: ComplaintDraft): ComplaintStep {
  if (!reasonStep.safeParse(draft).success) return "reason";
  if (!storyStep.safeParse(draft).success) return "story";
  return remedyStep.safeParse(draft).success ? "check" : "remedy";
}

/** What only the order and the calendar can tell: how many there were to complain about, and that nobody notices tomorrow. */
export function refuseComplaint(
  complaint: { quantity: number; noticedOn?: string | undefined },
  line: { quantity: number },
  now: number,
  zone: string,
): { field: "quantity" | "noticedOn"; error: "too_big" | "future" } | null {
  if (complaint.quantity > line.quantity) return { field: "quantity", error: "too_big" };
  if (complaint.noticedOn && complaint.noticedOn > dayIn(zone, now)) return { field: "noticedOn", error: "future" };
  return null;
}

export const questionSchema = z.object({
  subject: plainText(150).pipe(z.string().regex(/^[^\n]*$/, "invalid")),
  message: plainText(MESSAGE_LENGTH),
  submissionKey: uuid,
});
export type Question = z.infer<typeof questionSchema>;

/** A message into a thread, from either side. */
export const messageSchema = z.object({ message: plainText(MESSAGE_LENGTH), submissionKey: uuid });

export const staffReplySchema = messageSchema.extend({
  /** Send and wait for the customer's answer. */
  waitForCustomer: z.preprocess((value) => value === "on" || value === true, z.boolean()).default(false),
});

export const noteSchema = messageSchema;

export const decisionSchema = z
  .object({
    decision: z.enum(DECISIONS, { error: "choose" }),
    grantedRemedy: z.preprocess((value) => value || undefined, z.enum(REMEDIES, { error: "choose" }).optional()),
    message: plainText(MESSAGE_LENGTH),
    submissionKey: uuid,
    version: z.coerce.number().int(),
  })
  .superRefine((given, context) => {
    if (given.decision !== "rejected" && !given.grantedRemedy)
      context.addIssue({ code: "custom", path: ["grantedRemedy"], message: "choose" });
  });
export type DecisionInput = z.infer<typeof decisionSchema>;

/** A state change of a case that carries nothing but the version it was asked for. */
export const versionSchema = z.object({ version: z.coerce.number({ error: "required" }).int() });
export const assignSchema = versionSchema.extend({
  /** Empty: nobody. */
  assignee: z.preprocess((value) => (value === "" || value === undefined ? null : value), z.coerce.number().int().nullable()),
});
