import { z } from "zod";

export const eraseSchema = z.object({
  reason: z.string({ error: "required" }).trim().min(1, "required").max(300, "too_long"),
  sure: z.literal("on", { error: "required" }),
});
