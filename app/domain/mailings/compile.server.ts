/**
 * From what was typed to what can be sent: fields are made safe, put into the template, compiled to HTML, made inert,
 * and the links taken out. Merge tags pass through as slots and come back as the only template language left inside.
 */
import { createHash } from "node:crypto";

import { fillTemplate, findMjml, findTemplate, mailWords } from "./library.server";
import { htmlToText, makeInert, slot, SLOT_CLOSE, SLOT_OPEN, takeLinks, withoutSlotCharacters, type MailLink } from "./mail-html";
import { isColour, isMailImage, isMailUrl, type CompileProblem, type TemplateContent, type TemplateField } from "./mailing";
import { isMergeTag, parseMergeTags, writeMergeTag, type MergeTag } from "./merge-tags";
import { compileMjml } from "./mjml.server";
import type { NoticeSender } from "./notice";
import { badLinksOf, richtextToHtml } from "./richtext";
import { escapeHtml } from "./safe-text";

export const FORMAT_VERSION = 1;

export type CompileInput = { templateKey: string; locale: string; content: TemplateContent; company: NoticeSender };

/** A mailing in one language, ready to be frozen. Merge tags and slots are still inside. */
export type Compiled = {
  templateKey: string;
  locale: string;
  content: TemplateContent;
  contentHash: string;
  subject: string;
  preheader: string;
  html: string;
  text: string;
  links: MailLink[];
  tags: MergeTag[];
  /** Pictures that say nothing to a reader who does not load them. */
  imagesWithoutAlt: number;
  problems: CompileProblem[];
};

/** Stands for the address of this application until the mail is rendered. */
const OWN_HOST = "https://own-host.invalid";
const DEFAULT_ACCENT = "#176a4e";
export const OPEN_PIXEL = `<img src="${slot("open")}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0;">`;

const recent = new Map<string, Promise<Compiled>>();

/** Compiles, or answers from the last few hundred results: the editor, its preview and its checks ask for the same one. */
export function compileContent(input: CompileInput): Promise<Compiled> {
  const key = hashOf(input);
  const known = recent.get(key);
  if (known) return known;
  if (recent.size >= 200) recent.delete(recent.keys().next().value as string);
  const made = compileAnew(input, key);
  recent.set(key, made);
  made.catch(() => recent.delete(key));
  return made;
}

/** Two mailings with the same hash are the same mail: template, language, words and sender. */
export function hashOf(input: CompileInput): string {
  const { templateKey, locale, content, company } = input;
  const fields = Object.entries(content.fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = [FORMAT_VERSION, templateKey, findMjml(templateKey), locale, content.subject, content.preheader, fields, company];
  return createHash("sha256").update(JSON.stringify(whole)).digest("hex");
}

async function compileAnew(input: CompileInput, contentHash: string): Promise<Compiled> {
  const template = findTemplate(input.templateKey);
  const source = findMjml(input.templateKey);
  if (!template || !source) throw new Error(`no such mail template: ${input.templateKey}`);

  const typed = new TypedText();
  const words = mailWords(input.locale);
  const fields = Object.fromEntries(
    // To Liquid an empty text is true: what is not filled in is left out as null.
    template.fields.map((field) => [field.key, typed.field(field, input.content.fields[field.key] ?? "") || null]),
  );
  const company = { name: escapeHtml(input.company.name), postal_line: escapeHtml(input.company.postalLine) };
  const filled = fillTemplate(source, {
    locale: escapeHtml(input.locale),
    title: typed.text("subject", input.content.subject),
    preheader: typed.text("preheader", input.content.preheader),
    fields,
    company,
    words: {
      ...words,
      why: escapeHtml(words.why)
        .replace("{company}", company.name)
        .replace("{topic}", typed.keep({ path: "topic.name", fallback: null, filters: [] })),
    },
  });
  const { html, faults } = await compileMjml(filled);
  const problems: CompileProblem[] = [
    ...typed.problems,
    ...faults.map((fault) => ({ kind: "template" as const, field: null, found: `${fault.tag}, line ${fault.line}: ${fault.message}` })),
  ];
  const { html: linked, links } = takeLinks(makeInert(html));
  const finished = typed.restore(linked.replace("</body>", `${OPEN_PIXEL}</body>`));
  const text = typed.restore(htmlToText(linked));
  return {
    templateKey: input.templateKey,
    locale: input.locale,
    content: input.content,
    contentHash,
    subject: typed.line(input.content.subject),
    preheader: typed.line(input.content.preheader),
    html: finished,
    text,
    links,
    tags: typed.tags,
    imagesWithoutAlt: countImagesWithoutAlt(linked),
    problems,
  };
}

/** What a person typed, on its way through the compiler. */
class TypedText {
  readonly problems: CompileProblem[] = [];
  readonly tags: MergeTag[] = [];

  field(field: TemplateField, value: string): string {
    const trimmed = withoutSlotCharacters(value).trim();
    if (field.type === "colour") return this.colour(field.key, trimmed);
    if (!trimmed) return "";
    if (field.type === "url") return this.url(field.key, trimmed);
    if (field.type === "image") return this.image(field.key, trimmed);
    if (field.type === "text") return this.text(field.key, trimmed);
    for (const found of badLinksOf(trimmed)) this.problems.push({ kind: "bad_url", field: field.key, found });
    return richtextToHtml(this.protect(field.key, trimmed));
  }

  text(field: string, value: string): string {
    return escapeHtml(this.protect(field, withoutSlotCharacters(value).replace(/\s+/g, " ").trim()));
  }

  /** Subject and preheader: merge tags as Liquid reads them, for a line without HTML. */
  line(value: string): string {
    const { pieces } = parseMergeTags(withoutSlotCharacters(value).replace(/[\r\n]+/g, " "));
    return pieces.map((piece) => (isMergeTag(piece) ? writeMergeTag(piece) : piece)).join("");
  }

  keep(tag: MergeTag): string {
    return `${SLOT_OPEN}${this.tags.push(tag) - 1}${SLOT_CLOSE}`;
  }

  restore(text: string): string {
    return text.replaceAll(OWN_HOST, slot("base")).replace(/\uE000(\d+)\uE001/g, (_, n: string) => writeMergeTag(this.tags[Number(n)] as MergeTag));
  }

  private protect(field: string, value: string): string {
    const { pieces, problems } = parseMergeTags(value);
    for (const { kind, found } of problems) this.problems.push({ kind: "merge_tag", field, problem: kind, found });
    return pieces.map((piece) => (isMergeTag(piece) ? this.keep(piece) : piece)).join("");
  }

  private url(field: string, value: string): string {
    if (isMailUrl(value) && !/\{[{%]/.test(value)) return escapeHtml(value);
    this.problems.push({ kind: "bad_url", field, found: value.slice(0, 80) });
    return "";
  }

  private image(field: string, value: string): string {
    if (isMailImage(value)) return escapeHtml(value.startsWith("/") ? `${OWN_HOST}${value}` : value);
    this.problems.push({ kind: "bad_image", field, found: value.slice(0, 80) });
    return "";
  }

  private colour(field: string, value: string): string {
    if (!value) return DEFAULT_ACCENT;
    if (isColour(value)) return value.toLowerCase();
    this.problems.push({ kind: "bad_colour", field, found: value.slice(0, 40) });
    return DEFAULT_ACCENT;
  }
}

function countImagesWithoutAlt(html: string): number {
  return [...html.matchAll(/<img\b[^>]*>/gi)].filter(([tag]) => !/\balt="[^"]+"/i.test(tag)).length;
}
