/** The public form: who wants to hear from us, and about what. */
import { z } from "zod";

import { emailSchema } from "../customers/contact";

export const SIGN_UP_WORDING = "sign-up-1";

/** How long the mailed link is good for. */
export const SIGN_UP_DAYS = 3;

export const signUpSchema = z.object({
  email: emailSchema,
  name: z.string().trim().max(120, "too_long").optional(),
  topic: z.array(z.string().max(100), { error: "choose" }).min(1, "choose").max(100),
});
