import { isNotNull, isNull } from "drizzle-orm";

import { deliveries } from "../deliveries/schema.ts";
import { id, index, instant, int, oneOf, table, text } from "../../db/columns.ts";

/** Raw opens and clicks as they came in. The judgement (person or robot) is apart and can be made anew. */
export const trackingHits = table(
  "tracking_hits",
  {
    id: id(),
    deliveryId: int().notNull().references(() => deliveries.id),
    kind: oneOf(["open", "click"]).notNull(),
    linkPosition: int(),
    at: instant().notNull(),
    method: text().notNull(),
    userAgent: text().notNull(),
    remoteAddress: text(),
    judgement: oneOf(["person", "robot", "unknown"]).notNull(),
    /** The rule that decided, and its version. */
    judgedBy: text().notNull(),
    /** Null until it can be judged beside its neighbours. */
    judgedAt: instant(),
  },
  // A hit that comes in goes to the end of the table and of one small index: the commit touches few pages, whichever
  // mails are opened. Only the judgement puts it beside the others of its mail.
  (t) => [
    index("tracking_hits_delivery").on(t.deliveryId, t.at).where(isNotNull(t.judgedAt)),
    index("tracking_hits_due").on(t.id).where(isNull(t.judgedAt)),
  ],
);

/** How far something that goes through all hits has come, oldest first. */
export const trackingSweeps = table("tracking_sweeps", { name: text().primaryKey(), lastId: int().notNull() });
