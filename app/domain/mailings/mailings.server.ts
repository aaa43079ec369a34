/** The door of mailings: what a marketer writes, and the frozen revisions that leave. */
import { and, asc, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import type { By } from "../journal/actor";
import { compileContent, FORMAT_VERSION, type Compiled } from "./compile.server";
import { findTemplate } from "./library.server";
import { isMailLocale, MAIL_LOCALES, type MailLocale, type TemplateContent } from "./mailing";
import type { NoticeSender } from "./notice";
import { mailingContents, mailingLinks, mailingRevisions, mailings } from "./schema";

export type Mailing = {
  id: number;
  publicId: string;
  name: string;
  templateKey: string;
  defaultLocale: MailLocale;
  version: number;
  updatedAt: number;
  archivedAt: number | null;
};

export type MailingWithContents = Mailing & { contents: Partial<Record<MailLocale, TemplateContent>> };

const columns = {
  id: mailings.id,
  publicId: mailings.publicId,
  name: mailings.name,
  templateKey: mailings.templateKey,
  defaultLocale: sql<MailLocale>`${mailings.defaultLocale}`,
  version: mailings.version,
  updatedAt: mailings.updatedAt,
  archivedAt: mailings.archivedAt,
};

/** Newest change first; `before` is the last row of the page shown. */
export async function listMailings(
  db: Reader,
  page: { before?: { updatedAt: number; id: number }; limit: number },
): Promise<(Mailing & { locales: MailLocale[]; subject: string })[]> {
  const { before, limit } = page;
  const rows = await db
    .select(columns)
    .from(mailings)
    .where(
      and(
        isNull(mailings.archivedAt),
        before && or(lt(mailings.updatedAt, before.updatedAt), and(eq(mailings.updatedAt, before.updatedAt), lt(mailings.id, before.id))),
      ),
    )
    .orderBy(desc(mailings.updatedAt), desc(mailings.id))
    .limit(limit);
  const contents = await contentsOf(db, rows.map((row) => row.id));
  return rows.map((row) => {
    const own = contents.get(row.id) ?? {};
    return { ...row, locales: MAIL_LOCALES.filter((locale) => own[locale]), subject: own[row.defaultLocale]?.subject ?? "" };
  });
}

export async function findMailing(db: Reader, publicId: string): Promise<MailingWithContents | null> {
  return withContents(db, await db.select(columns).from(mailings).where(eq(mailings.publicId, publicId)));
}

export async function getMailing(db: Reader, id: number): Promise<MailingWithContents> {
  const mailing = await withContents(db, await db.select(columns).from(mailings).where(eq(mailings.id, id)));
  if (!mailing) throw new Error(`no mailing ${id}`);
  return mailing;
}

async function withContents(db: Reader, rows: Mailing[]): Promise<MailingWithContents | null> {
  const row = rows[0];
  return row ? { ...row, contents: (await contentsOf(db, [row.id])).get(row.id) ?? {} } : null;
}

async function contentsOf(db: Reader, ids: number[]): Promise<Map<number, Partial<Record<MailLocale, TemplateContent>>>> {
  const found = new Map<number, Partial<Record<MailLocale, TemplateContent>>>();
  if (ids.length === 0) return found;
  const rows = await db.select().from(mailingContents).where(inArray(mailingContents.mailingId, ids)).orderBy(asc(mailingContents.locale));
  for (const row of rows) {
    if (!isMailLocale(row.locale)) continue;
    found.set(row.mailingId, { ...found.get(row.mailingId), [row.locale]: row.content });
  }
  return found;
}

/**
 * Makes a mailing from a template of emails/.
 * `contents` left out: the template's own words in the default language, so that there is something to change.
 */
export async function createMailing(
  tx: Tx,
  by: By,
  input: {
    name: string;
    templateKey: string;
    defaultLocale: MailLocale;
    contents?: Partial<Record<MailLocale, TemplateContent>>;
  },
): Promise<{ ok: true; mailingId: number; publicId: string } | { ok: false; reason: "no_such_template" }> {
  const template = findTemplate(input.templateKey);
  if (!template) return { ok: false, reason: "no_such_template" };
  const publicId = v7();
  const [made] = await tx
    .insert(mailings)
    .values({
      publicId,
      name: input.name,
      templateKey: input.templateKey,
      defaultLocale: input.defaultLocale,
      createdBy: actorId(by.actor),
      createdAt: by.now,
      updatedAt: by.now,
    })
    .returning({ id: mailings.id });
  const mailingId = (made as { id: number }).id;
  const contents = input.contents ?? { [input.defaultLocale]: template.defaults[input.defaultLocale] };
  for (const [locale, content] of Object.entries(contents))
    if (content) await tx.insert(mailingContents).values({ mailingId, locale, content, updatedAt: by.now });
  await recordAudit(tx, by, "createMailing", { type: "mailing", id: mailingId }, { templateKey: input.templateKey });
  return { ok: true, mailingId, publicId };
}

/**
 * Saves one language. `version` is the one the page was opened with: somebody else's save in between is never
 * overwritten, the caller gets what stands now.
 */
export async function saveMailingContent(
  tx: Tx,
  by: By,
  input: { mailingId: number; version: number; locale: MailLocale; content: TemplateContent; name?: string },
): Promise<{ ok: true; version: number } | { ok: false; reason: "changed_meanwhile"; current: MailingWithContents }> {
  const { mailingId, version, locale, content } = input;
  const raised = await tx
    .update(mailings)
    .set({ version: version + 1, updatedAt: by.now, ...(input.name ? { name: input.name } : {}) })
    .where(and(eq(mailings.id, mailingId), eq(mailings.version, version)))
    .returning({ version: mailings.version });
  if (raised.length === 0) return { ok: false, reason: "changed_meanwhile", current: await getMailing(tx, mailingId) };
  await tx
    .insert(mailingContents)
    .values({ mailingId, locale, content, updatedAt: by.now })
    .onConflictDoUpdate({ target: [mailingContents.mailingId, mailingContents.locale], set: { content, updatedAt: by.now } });
  await recordAudit(tx, by, "saveMailingContent", { type: "mailing", id: mailingId }, { locale, version: version + 1 });
  await noteChange(tx, by, `mailing:${mailingId}`);
  return { ok: true, version: version + 1 };
}

/** Takes one language out again; the default language stays. */
export async function removeMailingContent(
  tx: Tx,
  by: By,
  input: { mailingId: number; locale: MailLocale },
): Promise<{ ok: true } | { ok: false; reason: "default_language" }> {
  const mailing = await getMailing(tx, input.mailingId);
  if (mailing.defaultLocale === input.locale) return { ok: false, reason: "default_language" };
  await tx
    .delete(mailingContents)
    .where(and(eq(mailingContents.mailingId, input.mailingId), eq(mailingContents.locale, input.locale)));
  await tx.update(mailings).set({ version: mailing.version + 1, updatedAt: by.now }).where(eq(mailings.id, input.mailingId));
  await recordAudit(tx, by, "removeMailingContent", { type: "mailing", id: input.mailingId }, { locale: input.locale });
  await noteChange(tx, by, `mailing:${input.mailingId}`);
  return { ok: true };
}

/** Puts a mailing away: it is no longer offered; what was sent with it stays. */
export async function archiveMailing(tx: Tx, by: By, mailingId: number): Promise<void> {
  await tx.update(mailings).set({ archivedAt: by.now, updatedAt: by.now }).where(eq(mailings.id, mailingId));
  await recordAudit(tx, by, "archiveMailing", { type: "mailing", id: mailingId });
}

/** The company as a mail's foot names it. */
export function senderOf(company: { name: string; legalName: string; postalAddress: string }): NoticeSender {
  return { name: company.name, postalLine: [company.legalName || company.name, company.postalAddress].filter(Boolean).join(", ") };
}

/** Every written language, compiled. Outside a transaction: a compile takes its time in a thread of its own. */
export async function compileMailing(mailing: MailingWithContents, company: NoticeSender): Promise<Compiled[]> {
  const written = MAIL_LOCALES.flatMap((locale) => {
    const content = mailing.contents[locale];
    return content ? [{ templateKey: mailing.templateKey, locale, content, company }] : [];
  });
  return Promise.all(written.map(compileContent));
}

/**
 * Keeps a compiled mailing for ever, as it is. The same content gives the same row. Refused when the words were
 * changed since they were compiled.
 */
export async function freezeRevision(
  tx: Tx,
  by: By,
  mailingId: number,
  compiled: Compiled,
): Promise<{ ok: true; revisionId: number } | { ok: false; reason: "changed_meanwhile" | "has_problems" }> {
  if (compiled.problems.length > 0) return { ok: false, reason: "has_problems" };
  const { locale, contentHash } = compiled;
  const [kept] = await tx
    .select({ id: mailingRevisions.id })
    .from(mailingRevisions)
    .where(and(eq(mailingRevisions.mailingId, mailingId), eq(mailingRevisions.locale, locale), eq(mailingRevisions.contentHash, contentHash)));
  const [now] = await tx
    .select({ content: mailingContents.content, templateKey: mailings.templateKey })
    .from(mailingContents)
    .innerJoin(mailings, eq(mailings.id, mailingContents.mailingId))
    .where(and(eq(mailingContents.mailingId, mailingId), eq(mailingContents.locale, locale)));
  const same = now && now.templateKey === compiled.templateKey && JSON.stringify(sorted(now.content)) === JSON.stringify(sorted(compiled.content));
  if (!same) return { ok: false, reason: "changed_meanwhile" };
  if (kept) return { ok: true, revisionId: kept.id };

  const [made] = await tx
    .insert(mailingRevisions)
    .values({
      mailingId,
      locale,
      formatVersion: FORMAT_VERSION,
      format: "template",
      contentHash,
      content: compiled.content,
      subject: compiled.subject,
      preheader: compiled.preheader,
      html: compiled.html,
      text: compiled.text,
      createdAt: by.now,
    })
    .returning({ id: mailingRevisions.id });
  const revisionId = (made as { id: number }).id;
  if (compiled.links.length > 0) await tx.insert(mailingLinks).values(compiled.links.map((link) => ({ revisionId, ...link })));
  await recordAudit(tx, by, "freezeRevision", { type: "mailing", id: mailingId }, { locale, revisionId });
  return { ok: true, revisionId };
}

export type Revision = typeof mailingRevisions.$inferSelect;

export async function getRevision(db: Reader, revisionId: number): Promise<Revision> {
  const [row] = await db.select().from(mailingRevisions).where(eq(mailingRevisions.id, revisionId));
  if (!row) throw new Error(`no revision ${revisionId}`);
  return row;
}

export async function listRevisionLinks(db: Reader, revisionId: number): Promise<{ position: number; url: string; label: string }[]> {
  return db
    .select({ position: mailingLinks.position, url: mailingLinks.url, label: mailingLinks.label })
    .from(mailingLinks)
    .where(eq(mailingLinks.revisionId, revisionId))
    .orderBy(asc(mailingLinks.position));
}

function sorted(content: TemplateContent): unknown {
  return [content.subject, content.preheader, Object.entries(content.fields).sort(([a], [b]) => (a < b ? -1 : 1))];
}

export { compileContent };
export { renderRevision, type DeliveryLinks } from "./render.server";
export { renderNotice } from "./notices.server";
