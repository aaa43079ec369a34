/** A contact that staff write down. Pure. */
import { z } from "zod";

export const CONTACT_CHANNELS = ["phone", "visit", "letter", "email"] as const;

export const contactFormSchema = z.object({
  channel: z.enum(CONTACT_CHANNELS, "choose"),
  direction: z.enum(["in", "out"], "choose"),
  subject: z.string({ error: "required" }).trim().min(1, "required").max(200, "too_long:200"),
  text: z.string().trim().max(4000, "too_long:4000").optional(),
  /** The day on which it was, in the writer's zone; empty is today. */
  on: z.iso.date("date").optional(),
  submissionKey: z.string().min(1).max(100),
});

export type ContactForm = z.output<typeof contactFormSchema>;
