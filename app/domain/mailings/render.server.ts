/** From a frozen revision to the mail of one reader. Synchronous: the parsed revision is kept. */
import { OPEN_PIXEL } from "./compile.server";
import { htmlTemplate, textTemplate, type LiquidTemplate } from "./liquid.server";
import type { CustomerMergeValues } from "./merge-tags";
import type { RenderedMail } from "./notice";

/** What a revision needs to be rendered; a row of mailing_revisions, or what was just compiled. */
export type Renderable = { contentHash: string; subject: string; preheader: string; html: string; text: string };

/** The addresses of one delivery. `linkUrl(n)` is where the mail's n-th link leads (for a copy: the link itself). */
export type DeliveryLinks = {
  linkUrl(position: number): string;
  unsubscribeUrl: string;
  preferencesUrl: string;
  viewOnlineUrl: string;
  /** Left out in previews and in the copy shown online. */
  openPixelUrl?: string;
  /** Where pictures come from: `https://crm.example.com`, without a slash at the end. */
  baseUrl: string;
};

export type RenderValues = {
  customer: CustomerMergeValues;
  topic: { name: string };
  company: { name: string; support_email: string };
};

type Prepared = { subject: LiquidTemplate; html: LiquidTemplate; htmlWithoutPixel: LiquidTemplate; text: LiquidTemplate; links: number };

const prepared = new Map<string, Prepared>();

/** The mail as one reader gets it. `values` of a delivery: its frozen merge values and the company's. */
export function renderRevision(revision: Renderable, links: DeliveryLinks, values: Record<string, unknown>): RenderedMail {
  const { subject, html, htmlWithoutPixel, text, links: count } = prepare(revision);
  const rapport: Record<string, string> = {
    base: links.baseUrl,
    unsubscribe: links.unsubscribeUrl,
    preferences: links.preferencesUrl,
    view_online: links.viewOnlineUrl,
    open: links.openPixelUrl ?? "",
  };
  for (let n = 0; n < count; n++) rapport[`link_${n}`] = links.linkUrl(n);
  const scope = { ...values, rapport };
  return {
    subject: subject.render(scope).replace(/[\r\n]+/g, " ").trim(),
    html: (links.openPixelUrl ? html : htmlWithoutPixel).render(scope),
    text: text.render(scope),
  };
}

function prepare(revision: Renderable): Prepared {
  const known = prepared.get(revision.contentHash);
  if (known) return known;
  const positions = [...revision.html.matchAll(/\{\{ rapport\.link_(\d+) \}\}/g)].map((match) => Number(match[1]));
  const made: Prepared = {
    subject: textTemplate(revision.subject),
    html: htmlTemplate(revision.html),
    htmlWithoutPixel: htmlTemplate(revision.html.replace(OPEN_PIXEL, "")),
    text: textTemplate(revision.text),
    links: Math.max(0, ...positions.map((n) => n + 1)),
  };
  if (prepared.size >= 100) prepared.delete(prepared.keys().next().value as string);
  prepared.set(revision.contentHash, made);
  return made;
}
