import { id, index, instant, int, json, table, text } from "../../db/columns.ts";

/** One row for every command that ran: who, when, what, on which subject. Append-only. */
export const auditLog = table(
  "audit_log",
  {
    id: id(),
    at: instant().notNull(),
    actorKind: text().notNull(),
    actorId: int(),
    actorName: text(),
    command: text().notNull(),
    subjectType: text().notNull(),
    subjectId: int(),
    details: json<Record<string, unknown>>().notNull(),
  },
  (t) => [index("audit_log_subject").on(t.subjectType, t.subjectId, t.id), index("audit_log_at").on(t.at)],
);

/** What changed, for open pages to follow (server-sent events). Rows older than a day are swept by the worker. */
export const changeLog = table(
  "change_log",
  { id: id(), at: instant().notNull(), topic: text().notNull() },
  (t) => [index("change_log_at").on(t.at)],
);
