/** Many short words in one cell, as programs write them: between commas or semicolons, lines, or Google's three colons. Pure. */

const ITEM = /\s*(?:"((?:[^"]|"")*)"|((?:(?!:::)[^,;\n])*))\s*(?:,|;|\n|:::|$)/gy;

/** What stands in quotation marks (from their first sign to their last) is taken word for word. Google's own groups bear an asterisk, and two of them say nothing. */
export function readList(cell: string): string[] {
  const items: string[] = [];
  ITEM.lastIndex = 0;
  while (ITEM.lastIndex < cell.length) {
    const [, quoted, plain = ""] = ITEM.exec(cell) as RegExpExecArray;
    const text = plain.trim();
    if (quoted !== undefined) items.push(quoted.replaceAll('""', '"').trim());
    else if (!/^\* (myContacts|starred)$/.test(text)) items.push(text.replace(/^\* /, ""));
  }
  return items.filter(Boolean);
}

/** So that `readList` gives back the very same. */
export function listCell(items: readonly string[]): string {
  return items.map((item) => (/^["*]|[,;\n]|:::/.test(item) ? `"${item.replaceAll('"', '""')}"` : item)).join(", ");
}
