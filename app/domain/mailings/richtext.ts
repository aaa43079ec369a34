/**
 * The small markup of formatted fields, readable as it stands: blank lines part paragraphs, `- ` begins a list item,
 * `**bold**`, `*italic*`, `[words](https://…)`. Everything else is plain text. Browser-safe.
 */
import { isMailUrl } from "./mailing";
import { escapeHtml } from "./safe-text";

type Block = { kind: "p"; lines: string[] } | { kind: "ul"; items: string[] };

export function richtextToHtml(source: string): string {
  return blocksOf(source)
    .map((block) =>
      block.kind === "p"
        ? `<p>${block.lines.map(inline).join("<br>")}</p>`
        : `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`,
    )
    .join("");
}

/** Addresses written into the text that cannot be followed. */
export function badLinksOf(source: string): string[] {
  return [...source.matchAll(LINK)].map((match) => match[2] as string).filter((url) => !isMailUrl(url));
}

const LINK = /\[([^\]\n]{1,300})\]\(([^)\s]{0,2000})\)/g;

function blocksOf(source: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of source.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n+/)) {
    let current: Block | undefined;
    for (const line of chunk.split("\n").map((l) => l.trim())) {
      if (!line) continue;
      const isItem = /^[-•] /.test(line);
      if (isItem && current?.kind !== "ul") blocks.push((current = { kind: "ul", items: [] }));
      if (!isItem && current?.kind !== "p") blocks.push((current = { kind: "p", lines: [] }));
      if (current?.kind === "ul") current.items.push(line.slice(2));
      else current?.lines.push(line);
    }
  }
  return blocks;
}

function inline(text: string): string {
  let html = "";
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    html += emphasis(text.slice(from, match.index));
    const [whole, label, url] = match as unknown as [string, string, string];
    html += isMailUrl(url) ? `<a href="${escapeHtml(url)}">${emphasis(label)}</a>` : emphasis(label);
    from = match.index + whole.length;
  }
  return html + emphasis(text.slice(from));
}

function emphasis(text: string): string {
  return escapeHtml(text)
    .replace(/\*\*(?=\S)([^*]+?)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[^*\w])\*(?=\S)([^*]+?)\*(?![*\w])/g, "$1<em>$2</em>");
}
