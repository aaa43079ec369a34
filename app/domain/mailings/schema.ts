import { id, index, instant, int, json, oneOf, primaryKey, table, text, uniqueIndex } from "../../db/columns.ts";

/** What the marketer filled in for one language: subject, preheader, and the fields of the template. */
export type MailingContent = { subject: string; preheader: string; fields: Record<string, string> };

export const mailings = table(
  "mailings",
  {
    id: id(),
    publicId: text().notNull().unique(),
    name: text().notNull(),
    /** A file of emails/: summer-sale → emails/summer-sale.mjml. */
    templateKey: text().notNull(),
    /** The language used when the reader's own is not written. */
    defaultLocale: text().notNull(),
    /** Raised by every save; a save against an older version is refused (409). */
    version: int().notNull().default(1),
    createdBy: int(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    archivedAt: instant(),
  },
  (t) => [index("mailings_updated").on(t.updatedAt, t.id)],
);

export const mailingContents = table(
  "mailing_contents",
  {
    mailingId: int().notNull().references(() => mailings.id),
    locale: text().notNull(),
    content: json<MailingContent>().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mailingId, t.locale] })],
);

/** Immutable: what was launched in one language. Same content → the same row (by `contentHash`). */
export const mailingRevisions = table(
  "mailing_revisions",
  {
    id: id(),
    mailingId: int().notNull().references(() => mailings.id),
    locale: text().notNull(),
    formatVersion: int().notNull(),
    format: oneOf(["template", "mjml"]).notNull(),
    contentHash: text().notNull(),
    content: json<MailingContent>().notNull(),
    /** Compiled once: Liquid merge tags still inside, links replaced by link slots. */
    subject: text().notNull(),
    preheader: text().notNull(),
    html: text().notNull(),
    text: text().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [uniqueIndex("mailing_revisions_hash").on(t.mailingId, t.locale, t.contentHash)],
);

/** The links of a revision, by position: a click can only go to one of these. */
export const mailingLinks = table(
  "mailing_links",
  {
    id: id(),
    revisionId: int().notNull().references(() => mailingRevisions.id),
    position: int().notNull(),
    url: text().notNull(),
    label: text().notNull(),
  },
  (t) => [uniqueIndex("mailing_links_position").on(t.revisionId, t.position)],
);
