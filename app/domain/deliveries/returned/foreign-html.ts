/** The words of HTML that others wrote: by a parser, so that no input takes long, and nothing of it is ever shown as HTML. */
import sanitizeHtml from "sanitize-html";

import { decodeEntities } from "../../mailings/mail-html";

const BLOCKS = ["p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"];

export function textOfHtml(html: string): string {
  const bare = sanitizeHtml(html, { allowedTags: [...BLOCKS, "br", "li"], allowedAttributes: {}, nestingLimit: 50 });
  const text = bare
    .replace(/\s+/g, " ")
    .replace(/<blockquote>/g, "\n\u0001")
    .replace(/<\/blockquote>/g, "\u0002\n")
    .replace(/<br \/>|<\/(?:div|tr)>/g, "\n")
    .replace(/<li>/g, "\n- ")
    .replace(/<\/?[a-z]\w*>/g, "\n\n");
  return quoted(decodeEntities(text))
    .map((line) => line.replace(/[ \t\u00A0]+/g, " ").trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Lines inside blockquotes get the `>` that they have in plain mails, so that quoted history is known in both. */
function quoted(text: string): string[] {
  let depth = 0;
  return text.split("\n").map((line) => {
    const opens = line.startsWith("\u0001");
    if (opens) depth += 1;
    const marked = depth > 0 ? `> ${line}` : line;
    if (line.includes("\u0002")) depth = Math.max(0, depth - 1);
    return marked.replace(/[\u0001\u0002]/g, "");
  });
}
