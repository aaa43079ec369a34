import { z } from "zod";

import { emailSchema } from "../customers/contact";

const scope = z.enum(["all", "marketing"], { error: "choose" });
const words = z.string({ error: "required" }).trim().min(3, "required").max(300, "too_long");

export const suppressSchema = z.object({ address: emailSchema, scope, note: words });

/** The addresses, as a file or as text, and what is said of all of them. */
export const importSchema = z.object({ text: z.string().default(""), scope, note: words });

export const releaseSchema = z.object({ addressHash: z.string().min(1).max(100), scope, why: words });
