/** The form of a topic. Pure. */
import { z } from "zod";

import { descriptionsShape, namesShape } from "../company/words";

export const topicSchema = z.object({ ...namesShape, ...descriptionsShape });

/** The key is for rules, files and the shell: it stays when the words change. */
export const newTopicSchema = topicSchema.extend({
  key: z.string({ error: "required" }).trim().toLowerCase().min(1, "required").regex(/^[a-z][a-z0-9_-]{0,30}$/, "key"),
});
