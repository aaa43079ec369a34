/**
 * Merge tags: what a mailing may say about its reader. A closed list: a tag that is not here does not compile.
 * `{{ customer.first_name | default: "friend" }}`. Browser-safe: the picker shows this list.
 */
export const MERGE_TAGS = [
  { path: "customer.first_name", sample: "Anna", mayBeEmpty: true },
  { path: "customer.last_name", sample: "Kowalska", mayBeEmpty: true },
  { path: "customer.full_name", sample: "Anna Kowalska", mayBeEmpty: false },
  { path: "customer.number", sample: "10023", mayBeEmpty: true },
  { path: "customer.city", sample: "Kraków", mayBeEmpty: true },
  { path: "customer.orders_count", sample: "3", mayBeEmpty: false },
  { path: "customer.last_order_on", sample: "12 May 2026", mayBeEmpty: true },
  { path: "company.name", sample: "", mayBeEmpty: false },
  { path: "company.support_email", sample: "", mayBeEmpty: true },
  { path: "topic.name", sample: "", mayBeEmpty: false },
] as const;

export type MergeTagPath = (typeof MERGE_TAGS)[number]["path"];

export const MERGE_FILTERS = ["default", "upcase", "downcase", "capitalize"] as const;

/** Whose values a mail is filled with; `customer` is what one reader contributes. */
export type CustomerMergeValues = {
  first_name: string;
  last_name: string;
  full_name: string;
  number: string;
  city: string;
  orders_count: string;
  last_order_on: string;
};
export type MergeValues = {
  customer: CustomerMergeValues;
  topic: { name: string };
};

/** A made-up reader, for previews and tests. */
export function sampleCustomer(locale: string): CustomerMergeValues {
  return {
    first_name: "Anna",
    last_name: "Kowalska",
    full_name: "Anna Kowalska",
    number: "10023",
    city: "Kraków",
    orders_count: "3",
    last_order_on: dayForReader(locale, "Europe/Warsaw", Date.UTC(2026, 4, 12)),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A day as a mail says it. Plain `en` would be the United States to Intl. */
export function dayForReader(locale: string, timeZone: string, at: number): string {
  const key = `${locale} ${timeZone}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "long", timeZone })));
  return format.format(at);
}

/** A line with its tags filled in, as an inbox shows it; tags that cannot be read stay as they were typed. */
export function fillLine(text: string, values: { customer: CustomerMergeValues; company: { name: string; support_email: string }; topic: { name: string } }): string {
  const { pieces, problems } = parseMergeTags(text);
  if (problems.length) return text;
  return pieces.map((piece) => (isMergeTag(piece) ? fillTag(piece, values) : piece)).join("");
}

/** What a tag says with these values: `{ customer: {…}, topic: {…}, … }`. */
export function fillTag({ path, fallback, filters }: MergeTag, values: Record<string, unknown>): string {
  const [area = "", name = ""] = path.split(".");
  const known = (values[area] as Record<string, unknown> | undefined)?.[name];
  const value = known === undefined || known === null || known === "" ? (fallback ?? "") : String(known);
  return filters.reduce((text, filter) => FILTERS[filter]?.(text) ?? text, value);
}

const FILTERS: Record<string, (text: string) => string> = {
  upcase: (text) => text.toUpperCase(),
  downcase: (text) => text.toLowerCase(),
  capitalize: (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
};

export type MergeTag = { path: MergeTagPath; fallback: string | null; filters: string[] };

export type MergeProblem = {
  kind: "unclosed" | "logic_not_allowed" | "unknown_tag" | "unknown_filter" | "unreadable" | "too_long";
  /** What stands there, cut to a readable length. */
  found: string;
};

export type MergePiece = string | MergeTag;

const LONGEST = 100_000;
const EXPRESSION = /^\s*([a-zA-Z_][\w.]*)\s*((?:\|[^|]*)*)$/;
const FILTER = /^\s*([a-z_]+)\s*(?::\s*(?:"([^"{}]*)"|'([^'{}]*)'|[“„”]([^“„”{}]*)[“”]))?\s*$/;

/**
 * Splits a text that somebody typed into plain pieces and merge tags. Anything of the template language beyond the
 * listed tags and filters is a problem, never executed.
 */
export function parseMergeTags(text: string): { pieces: MergePiece[]; problems: MergeProblem[] } {
  if (text.length > LONGEST) return { pieces: [], problems: [{ kind: "too_long", found: String(text.length) }] };
  const pieces: MergePiece[] = [];
  const problems: MergeProblem[] = [];
  let rest = text;
  for (;;) {
    const open = rest.search(/\{\{|\{%/);
    if (open < 0) break;
    if (open > 0) pieces.push(rest.slice(0, open));
    const isLogic = rest[open + 1] === "%";
    const close = rest.indexOf(isLogic ? "%}" : "}}", open + 2);
    if (close < 0) {
      problems.push({ kind: "unclosed", found: shorten(rest.slice(open)) });
      return { pieces, problems };
    }
    const found = rest.slice(open, close + 2);
    const tag = isLogic ? ({ kind: "logic_not_allowed", found: shorten(found) } as const) : parseTag(found);
    if ("kind" in tag) problems.push(tag);
    else pieces.push(tag);
    rest = rest.slice(close + 2);
  }
  if (rest) pieces.push(rest);
  return { pieces, problems };
}

function parseTag(found: string): MergeTag | MergeProblem {
  const match = EXPRESSION.exec(found.slice(2, -2));
  if (!match) return { kind: "unreadable", found: shorten(found) };
  const path = match[1] as string;
  if (!MERGE_TAGS.some((tag) => tag.path === path)) return { kind: "unknown_tag", found: shorten(found) };
  let fallback: string | null = null;
  const filters: string[] = [];
  for (const part of (match[2] ?? "").split("|").slice(1)) {
    const filter = FILTER.exec(part);
    if (!filter) return { kind: "unreadable", found: shorten(found) };
    const name = filter[1] as string;
    if (!(MERGE_FILTERS as readonly string[]).includes(name)) return { kind: "unknown_filter", found: shorten(found) };
    const argument = filter[2] ?? filter[3] ?? filter[4];
    if ((name === "default") !== (argument !== undefined)) return { kind: "unreadable", found: shorten(found) };
    if (name === "default") fallback = argument as string;
    else filters.push(name);
  }
  return { path: path as MergeTagPath, fallback, filters };
}

/** The tag as LiquidJS reads it. The fallback holds no quote of its own kind: the parser refused it. */
export function writeMergeTag(tag: MergeTag): string {
  const fallback = tag.fallback === null ? "" : ` | default: ${quoted(tag.fallback)}`;
  return `{{ ${tag.path}${fallback}${tag.filters.map((name) => ` | ${name}`).join("")} }}`;
}

function quoted(text: string): string {
  return text.includes('"') ? `'${text.replaceAll("'", "’")}'` : `"${text}"`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export function isMergeTag(piece: MergePiece): piece is MergeTag {
  return typeof piece !== "string";
}
