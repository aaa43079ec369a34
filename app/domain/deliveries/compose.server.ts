/** From an outbox row to the mail: words or frozen revision, links, headers. */
import { eq } from "drizzle-orm";

import type { Database, Reader } from "../../db/types";
import type { Mailbox, MailTemplate, Parcel } from "../../mail/transport";
import { getCompany } from "../company/company.server";
import type { Company } from "../company/company";
import { isEmail } from "../customers/contact";
import { findParty } from "../customers/customers.server";
import { topics } from "../customers/schema";
import { getRevision, listRevisionLinks, renderNotice, renderRevision, type Revision } from "../mailings/mailings.server";
import type { NoticeWords, RenderedMail } from "../mailings/notice";
import { oneLine } from "../mailings/safe-text";
import { slotRevision, type SlottedRevision } from "../mailings/slots.server";
import type { Leased } from "./claim.server";
import { returnPathFor } from "./return-path.server";
import { linkToken } from "./token.server";

/** Puts a system mail into words. Implemented in i18n, which the domain does not know. */
export type MailWords = {
  /** @param zone in which the reader lives: what happened when is told by their clock */
  notice(locale: string, kind: string, values: Record<string, unknown>, company: Company, zone: string): NoticeWords;
  /** Before the subject of a test mail. */
  testPrefix(locale: string): string;
};

export type ComposingApp = {
  db: Database;
  clock: () => number;
  words: MailWords;
  env: { MAIL_FROM: string; LINK_URL: string; APP_URL: string; BOUNCE_ADDRESS?: string };
};

/** What of a delivery tells how it reads. */
type Written = Pick<Leased, "id" | "class" | "partyId" | "locale" | "revisionId" | "mergeValues" | "notice">;

/** Which frame of emails/ a kind of system mail has, where it is not the general one. */
const FRAMES: Record<string, string> = {
  order_placed: "order-confirmed",
  complaint_received: "complaint-received",
  question_received: "complaint-received",
  case_reply: "complaint-received",
  case_decided: "complaint-received",
};

/** The mail of one claimed row, ready to be handed over. */
export async function composeParcel(app: ComposingApp, row: Leased): Promise<Parcel> {
  return (await prepareParcel(app, row))();
}

/** What makes the mail when its turn has come: a thousand may wait, and each is large. */
export async function prepareParcel(app: ComposingApp, row: Leased): Promise<() => Parcel> {
  const company = await currentCompany(app);
  const from = senderOf(app, company);
  if (row.class === "marketing" && row.revisionId !== null) {
    const { template, valuesOf } = await marketingTemplate(app, row, company);
    return () => ({
      ...envelopeOf(app, row, from), kind: "merged", template,
      values: valuesOf({ token: linkToken(row.id), values: readMergeValues(row.mergeValues) }),
    });
  }
  const { subject, html, text } = await renderDelivery(app, row, "as sent");
  const headers = row.class === "marketing" ? (await listHeaders(app, row, from.address)).map(({ name, value }) => ({ name, value: value.parts.join(linkToken(row.id)) })) : systemHeaders();
  return () => ({ ...envelopeOf(app, row, from), kind: "single", mail: { from, replyTo: replyToOf(company, from), subject: oneLine(subject), html, text, headers } });
}

function envelopeOf(app: ComposingApp, row: Leased, from: Mailbox) {
  return {
    deliveryId: row.id,
    publicId: row.publicId,
    messageId: row.messageId,
    returnPath: app.env.BOUNCE_ADDRESS ? returnPathFor(row.id, app.env.BOUNCE_ADDRESS) : from.address,
    to: { name: oneLine(row.recipientName ?? ""), address: row.address },
    date: new Date(app.clock()),
  };
}

/** SQLite gives JSON as text. */
function readMergeValues(kept: Leased["mergeValues"]): Record<string, unknown> {
  return typeof kept === "string" ? (JSON.parse(kept) as Record<string, unknown>) : (kept ?? {});
}

function senderOf(app: ComposingApp, company: Company): Mailbox {
  const from = mailbox(app.env.MAIL_FROM);
  return { name: oneLine(company.name) || from.name, address: from.address };
}

function replyToOf(company: Company, from: Mailbox): Mailbox | null {
  return isEmail(company.supportEmail) && company.supportEmail !== from.address ? { name: oneLine(company.name), address: company.supportEmail } : null;
}

type KeptTemplate = { template: MailTemplate; valuesOf: SlottedRevision["valuesOf"] };

/** The compiled mailing of a campaign in one language, made once. */
async function marketingTemplate(app: ComposingApp, row: Leased, company: Company): Promise<KeptTemplate> {
  const { templates } = keptFor(app.db.read);
  const key = JSON.stringify([row.revisionId, row.campaignId, row.topicId, company.name, company.supportEmail]);
  const known = templates.get(key);
  if (known) return known;
  const revision = await keptRevision(app.db.read, row.revisionId as number);
  const from = senderOf(app, company);
  const { subject, html, text, valuesOf } = slotRevision(revision, {
    baseUrl: app.env.LINK_URL,
    company: { name: company.name, support_email: company.supportEmail },
  });
  const headers = await listHeaders(app, row, from.address);
  const made = { template: { key, from, replyTo: replyToOf(company, from), subject, html, text, headers }, valuesOf };
  if (templates.size >= 50) templates.delete(templates.keys().next().value as string);
  templates.set(key, made);
  return made;
}

/**
 * What the mail says. `as sent`: with the pixel and counted links. `copy`: for reading again, nothing of that is counted.
 */
export async function renderDelivery(app: ComposingApp, row: Written, purpose: "as sent" | "copy"): Promise<RenderedMail> {
  const company = await currentCompany(app);
  if (row.revisionId === null) return renderSystemMail(app, row, company);
  const revision = await keptRevision(app.db.read, row.revisionId);
  const base = app.env.LINK_URL;
  const token = linkToken(row.id);
  const mail = renderRevision(
    revision,
    {
      baseUrl: base,
      linkUrl: purpose === "as sent" ? (n) => `${base}/c/${token}/${n}` : (n) => absolute(app.env.APP_URL, revision.links.get(n) ?? "/"),
      unsubscribeUrl: `${base}/u/${token}`,
      preferencesUrl: `${base}/p/${token}`,
      viewOnlineUrl: `${base}/v/${token}`,
      ...(purpose === "as sent" && { openPixelUrl: `${base}/o/${token}.gif` }),
    },
    { ...readMergeValues(row.mergeValues), company: { name: company.name, support_email: company.supportEmail } },
  );
  return row.class === "marketing" ? mail : { ...mail, subject: `${app.words.testPrefix(row.locale)} ${mail.subject}` };
}

async function renderSystemMail(app: ComposingApp, row: Written, company: Company): Promise<RenderedMail> {
  if (!row.notice) throw new Error(`delivery ${row.id} says nothing`);
  const { template, locale, values } = row.notice;
  const reader = row.partyId === null ? null : await findParty(app.db.read, row.partyId);
  const words = app.words.notice(locale, template, values, company, reader?.timeZone || company.timeZone);
  const postalLine = [company.legalName || company.name, company.postalAddress].filter(Boolean).join(", ");
  return renderNotice({ template: FRAMES[template] ?? "notice", locale, words, sender: { name: company.name, postalLine } });
}

function absolute(base: string, url: string): string {
  return url.startsWith("/") ? `${base}${url}` : url;
}

/** RFC 2369, 2919, 8058; Feedback-ID as large mailbox providers read it (campaign:topic:class:sender). Place 0 is the token. */
async function listHeaders(app: ComposingApp, row: Pick<Leased, "topicId" | "campaignId">, sender: string): Promise<MailTemplate["headers"]> {
  const host = sender.slice(sender.lastIndexOf("@") + 1);
  const topic = row.topicId === null ? "news" : await topicKey(app.db.read, row.topicId);
  const fixed = (name: string, text: string) => ({ name, value: { parts: [text], slots: [] } });
  return [
    { name: "List-Unsubscribe", value: { parts: [`<${app.env.LINK_URL}/u/`, ">"], slots: [0] } },
    fixed("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    fixed("List-Id", `<${topic}.${host}>`),
    fixed("Feedback-ID", `c${row.campaignId ?? 0}:${topic}:marketing:${host.replaceAll(".", "-")}`),
    fixed("Precedence", "bulk"),
  ];
}

/** RFC 3834: nobody's holiday note needs to answer a machine. */
function systemHeaders(): { name: string; value: string }[] {
  return [
    { name: "Auto-Submitted", value: "auto-generated" },
    { name: "X-Auto-Response-Suppress", value: "All" },
  ];
}

function mailbox(text: string): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>]*?)"?\s*)?<([^<>\s]+)>\s*$/.exec(text);
  return match ? { name: match[1]?.trim() ?? "", address: match[2] as string } : { name: "", address: text.trim() };
}

// ── what many mails share, kept for a while ─────────────────────────────────────────────────────────────────────────

type KeptRevision = Revision & { links: Map<number, string> };
type Kept = { company: { value: Company; until: number } | null; revisions: Map<number, KeptRevision>; topics: Map<number, string>; templates: Map<string, KeptTemplate> };

const kept = new WeakMap<object, Kept>();

function keptFor(owner: object): Kept {
  let its = kept.get(owner);
  if (!its) kept.set(owner, (its = { company: null, revisions: new Map(), topics: new Map(), templates: new Map() }));
  return its;
}

async function currentCompany(app: ComposingApp): Promise<Company> {
  const its = keptFor(app.db.read);
  const now = Date.now();
  if (!its.company || its.company.until < now) its.company = { value: await getCompany(app.db.read), until: now + 5000 };
  return its.company.value;
}

/** Revisions never change. */
async function keptRevision(db: Reader, id: number): Promise<KeptRevision> {
  const { revisions } = keptFor(db);
  const known = revisions.get(id);
  if (known) return known;
  const [revision, links] = [await getRevision(db, id), await listRevisionLinks(db, id)];
  if (revisions.size >= 50) revisions.delete(revisions.keys().next().value as number);
  const made = { ...revision, links: new Map(links.map((link) => [link.position, link.url])) };
  revisions.set(id, made);
  return made;
}

async function topicKey(db: Reader, id: number): Promise<string> {
  const its = keptFor(db).topics;
  const known = its.get(id);
  if (known) return known;
  const [row] = await db.select({ key: topics.key }).from(topics).where(eq(topics.id, id));
  const key = (row?.key ?? "news").toLowerCase().replace(/[^a-z0-9-]+/g, "-");
  its.set(id, key);
  return key;
}
