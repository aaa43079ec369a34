/** Takes a raw mail apart. Whatever comes, a mail comes out: what cannot be read is marked, and never thrown. */
import PostalMime, { type Address, type Email } from "postal-mime";

import { textOfHtml } from "./foreign-html";
import { headersOf, messageIdsIn, readHeaderLines, type IncomingMail, type IncomingPart, type Person } from "./incoming-mail";

/** More than this is cut: nobody writes it, and reading costs time. */
const LONGEST_TEXT = 512 * 1024;
const MOST_PARTS = 100;

export async function readMail(raw: Uint8Array): Promise<IncomingMail> {
  try {
    const bounded = withoutExcess(raw);
    const parsed = await PostalMime.parse(bounded, { forceRfc822Attachments: true, maxNestingDepth: 32 });
    return asIncoming(parsed, bounded.length < raw.length);
  } catch {
    return asText(raw);
  }
}

/**
 * The parser's time grows with the square of parts, and faster than the length of short lines: files come in lines of 76
 * signs, a text of a megabyte in shorter ones is nobody's letter.
 */
function withoutExcess(raw: Uint8Array): Uint8Array {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let end = bytes.length;
  let parts = 0;
  for (let at = bytes.indexOf("\n--"); at >= 0; at = bytes.indexOf("\n--", at + 3))
    if ((parts += 1) > MOST_BOUNDARIES) {
      end = at;
      break;
    }
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) {
    lines += 1;
    if (lines > MOST_SHORT_LINES && at < lines * 40) end = at;
  }
  return bytes.subarray(0, end);
}

const MOST_BOUNDARIES = 1000;
const MOST_SHORT_LINES = 20_000;

function asIncoming(parsed: Email, isCut: boolean): IncomingMail {
  const headers = parsed.headers.map(({ key, value }) => ({ name: key, value: value ?? "" }));
  const html = parsed.html?.slice(0, LONGEST_TEXT) ?? null;
  return {
    headers,
    ...whoAndWhat(headers, people(parsed.from ? [parsed.from] : []), people([...(parsed.to ?? []), ...(parsed.cc ?? [])])),
    subject: parsed.subject ?? "",
    text: parsed.text?.slice(0, LONGEST_TEXT) || (html === null ? "" : textOfHtml(html)),
    html,
    blind: people(parsed.bcc ?? []).slice(0, 1000),
    parts: parsed.attachments.slice(0, MOST_PARTS).map(asPart),
    broken: isCut,
  };
}

/** The whole as one text: a broken mail may still say which address failed. */
function asText(raw: Uint8Array): IncomingMail {
  const source = decode(raw.subarray(0, LONGEST_TEXT));
  const headers = readHeaderLines(source);
  const from = /([^\s<>"]+@[^\s<>"]+)/.exec(headersOf({ headers }, "from")[0] ?? "")?.[1];
  const body = source.search(/\r?\n\r?\n/);
  return {
    headers,
    ...whoAndWhat(headers, from ? [{ name: "", address: from }] : [], []),
    subject: headersOf({ headers }, "subject")[0] ?? "",
    text: body < 0 ? "" : source.slice(body),
    html: null,
    blind: [],
    parts: [],
    broken: true,
  };
}

function whoAndWhat(headers: IncomingMail["headers"], from: Person[], to: Person[]): Pick<IncomingMail, "from" | "to" | "addressees" | "messageId" | "answersTo"> {
  const all = (name: string) => headersOf({ headers }, name);
  const envelope = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-failed-return-path"].flatMap(all);
  const noted = envelope.flatMap((value) => [...value.matchAll(/[^\s<>,;"]+@[^\s<>,;"]+/g)].map((match) => match[0]));
  return {
    from: from[0] ?? null,
    to: [...new Set([...noted, ...to.map(({ address }) => address)])].slice(0, 200),
    addressees: to.slice(0, 200),
    messageId: messageIdsIn(all("message-id")[0] ?? "")[0] ?? null,
    answersTo: [...new Set([...messageIdsIn(all("in-reply-to")[0] ?? ""), ...messageIdsIn(all("references")[0] ?? "").reverse()])].slice(0, 50),
  };
}

function people(addresses: Address[]): Person[] {
  return addresses
    .flatMap((entry) => entry.group ?? [{ name: entry.name, address: entry.address ?? "" }])
    .filter(({ address }) => address.includes("@"))
    .map(({ name, address }) => ({ name: name ?? "", address }));
}

function asPart({ mimeType, filename, content }: Email["attachments"][number]): IncomingPart {
  const bytes = typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
  return { type: (mimeType || "application/octet-stream").toLowerCase(), filename, bytes };
}

/** UTF-8 where it is; otherwise one sign per byte, which keeps what is ASCII. */
export function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  return text.includes("\ufffd") ? Buffer.from(bytes).toString("latin1") : text;
}
