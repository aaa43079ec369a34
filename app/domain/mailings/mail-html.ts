/** Work on the HTML of a mail: made inert, its links taken out, and read as plain text. Pure. */
import sanitizeHtml from "sanitize-html";

/** Private-use characters bracket what must survive the compiler untouched. Typed text is freed of them first. */
export const SLOT_OPEN = "\uE000";
export const SLOT_CLOSE = "\uE001";
const COMMENT_OPEN = "\uE010";
const COMMENT_CLOSE = "\uE011";

export function withoutSlotCharacters(text: string): string {
  return text.replace(/[\uE000-\uE01F]/g, "");
}

const LAYOUT = { "*": ["style", "class", "id", "align", "valign", "width", "height", "bgcolor", "dir", "lang", "role", "title", "aria-*", "border", "cellpadding", "cellspacing"] };

/**
 * Takes everything out that could run or phone home beyond pictures: script, frames, forms, handlers, odd schemes.
 * Conditional comments for Outlook are kept; they come from the compiler, since typed text cannot hold a comment.
 */
export function makeInert(html: string): string {
  const comments: string[] = [];
  const stashed = html.replace(/<!--[\s\S]*?-->/g, (comment) => `${COMMENT_OPEN}${comments.push(comment) - 1}${COMMENT_CLOSE}`);
  const clean = sanitizeHtml(stashed, {
    allowedTags: [
      "html", "head", "title", "meta", "style", "body", "div", "span", "p", "br", "hr", "a", "img", "center",
      "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption",
      "h1", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "u", "s", "small", "sup", "sub", "blockquote", "pre", "code",
    ],
    allowedAttributes: {
      ...LAYOUT,
      html: ["lang", "dir", "xmlns*"],
      meta: ["charset", "name", "content", "http-equiv"],
      style: ["type", "media"],
      a: ["href", "target", "rel", "name"],
      img: ["src", "alt", "srcset"],
      td: ["colspan", "rowspan", "background"],
      th: ["colspan", "rowspan", "scope"],
    },
    allowedSchemes: ["http", "https", "mailto", "tel", "rapport"],
    allowedSchemesAppliedToAttributes: ["href", "src", "background"],
    allowProtocolRelative: false,
    allowVulnerableTags: true,
    parseStyleAttributes: false,
    exclusiveFilter: (frame) => frame.tag === "meta" && /refresh/i.test(frame.attribs["http-equiv"] ?? ""),
  });
  const restored = clean.replace(/\uE010(\d+)\uE011/g, (_, n: string) => comments[Number(n)] ?? "");
  return `<!doctype html>\n${restored.trim()}\n`;
}

export type MailLink = { position: number; url: string; label: string };

/** `rapport:unsubscribe` and its like: addresses that are known only for one delivery. */
const SPECIAL: Record<string, string> = {
  "rapport:unsubscribe": "unsubscribe",
  "rapport:preferences": "preferences",
  "rapport:view-online": "view_online",
};

/** Replaces every web address of a link by a slot: only a stored link can be clicked through. */
export function takeLinks(html: string): { html: string; links: MailLink[] } {
  const links: MailLink[] = [];
  const replaced = html.replace(/(<a\b[^>]*?\shref=")([^"]*)("[^>]*>)([\s\S]*?)<\/a>/gi, (whole, before: string, href: string, after: string, inner: string) => {
    const url = decodeEntities(href);
    const special = SPECIAL[url];
    if (special) return `${before}${slot(special)}${after}${inner}</a>`;
    if (!/^(https?:|\/)/i.test(url)) return whole;
    const position = links.length;
    links.push({ position, url, label: labelOf(inner) });
    return `${before}${slot(`link_${position}`)}${after}${inner}</a>`;
  });
  return { html: replaced, links };
}

export function slot(name: string): string {
  return `{{ rapport.${name} }}`;
}

function labelOf(inner: string): string {
  const words = toLine(inner.replace(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/gi, "$1"));
  return words.slice(0, 120);
}

/** The mail as text: paragraphs, lists and tables in reading order, each link's address behind its words. */
export function htmlToText(html: string): string {
  const body = html
    .replace(/^[\s\S]*?<body[^>]*>/i, "")
    .replace(/<\/body>[\s\S]*$/i, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(style|title)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<div\b[^>]*style="[^"]*display:\s*none[^"]*"[^>]*>[\s\S]*?<\/div>/gi, "");
  const text = body
    .replace(/\s+/g, " ")
    .replace(/<a\b[^>]*?\shref="([^"]*)"[^>]*>([\s\S]*?)<\/a>/gi, (_, href: string, inner: string) => {
      const label = toLine(inner.replace(/<img\b[^>]*?\balt="([^"]*)"[^>]*>/gi, "$1"));
      const url = decodeEntities(href).replace(/^(mailto|tel):/i, "");
      return label && label !== url ? `${escapeAgain(label)}: ${escapeAgain(url)}` : escapeAgain(url);
    })
    .replace(/<img\b[^>]*?\balt="([^"]+)"[^>]*>/gi, "[$1]\n\n")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<li\b[^>]*>/gi, "\n- ")
    .replace(/<\/(td|th)>\s*(?=<(td|th))/gi, "  ")
    .replace(/<\/(p|h[1-6]|ul|ol|table|blockquote|tr)>/gi, "\n\n")
    .replace(/<\/div>/gi, "\n")
    .replace(/<[^>]+>/g, "");
  return `${decodeEntities(text)
    .replace(/[\u200B\u200C\u200D\uFEFF\u00AD]/g, "")
    .replace(/\u00A0/g, " ")
    .split("\n")
    .map((line) => line.replace(/[ \t]+/g, " ").trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function toLine(html: string): string {
  return decodeEntities(html.replace(/<[^>]+>/g, " ")).replace(/\s+/g, " ").trim();
}

function escapeAgain(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0", zwnj: "\u200C", shy: "\u00AD" };

export function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (name[0] !== "#") return NAMED[name.toLowerCase()] ?? whole;
    const code = name[1]?.toLowerCase() === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
