/** System mails: the frame of emails/ compiled once per process, filled with words that are already translated. */
import { fillTemplate, findMjml, mailWords } from "./library.server";
import { htmlTemplate, type LiquidTemplate } from "./liquid.server";
import { htmlToText, makeInert } from "./mail-html";
import { compileMjml } from "./mjml.server";
import type { NoticeSender, NoticeWords, RenderedMail } from "./notice";

const GENERAL = "notice";
const frames = new Map<string, Promise<LiquidTemplate>>();

/**
 * Renders a system mail. `template` names a file of emails/; where there is none the general frame is used.
 * @returns subject without line breaks, HTML, and the same as plain text
 */
export async function renderNotice(notice: {
  template: string;
  locale: string;
  words: NoticeWords;
  sender: NoticeSender;
}): Promise<RenderedMail> {
  const { words, locale, sender } = notice;
  const frame = await frameOf(isFrame(notice.template) ? notice.template : GENERAL);
  const footer = mailWords(locale);
  const html = frame.render({
    details: [], lines: [], totals: [], closing: [],
    ...words,
    locale,
    company: sender,
    footer: footer.notice_footer.replace("{company}", sender.name),
    button_fallback: footer.button_fallback,
  });
  return { subject: words.subject.replace(/[\r\n]+/g, " ").trim(), html, text: htmlToText(html) };
}

/** System frames carry Liquid of their own; a marketing template does not. */
function isFrame(template: string): boolean {
  return /\{\{ heading \}\}/.test(findMjml(template) ?? "");
}

function frameOf(name: string): Promise<LiquidTemplate> {
  const known = frames.get(name);
  if (known) return known;
  const made = compileFrame(name);
  frames.set(name, made);
  made.catch(() => frames.delete(name));
  return made;
}

async function compileFrame(name: string): Promise<LiquidTemplate> {
  const source = fillTemplate(findMjml(name) as string, { title: "{{ heading }}", preheader: "{{ paragraphs | first }}" });
  const { html, faults } = await compileMjml(source);
  if (faults.length > 0) throw new Error(`emails/${name}.mjml: ${faults.map((fault) => fault.message).join("; ")}`);
  return htmlTemplate(makeInertAroundLiquid(html));
}

/** The sanitiser would write quotes inside a Liquid expression as entities: expressions step aside for it. */
function makeInertAroundLiquid(html: string): string {
  const kept: string[] = [];
  const stashed = html.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (found) => `\uE000${kept.push(found) - 1}\uE001`);
  return makeInert(stashed).replace(/\uE000(\d+)\uE001/g, (_, n: string) => kept[Number(n)] as string);
}
