/** Bounces in prose, as exim, qmail, sendmail, gmail, Exchange and many others write them. Pure. */
import type { Reported } from "./reports";

export type TextReport = {
  recipients: (Reported & { command: string })[];
  /** The last answered command of the whole text. */
  command: string;
  /** It will be tried again. */
  isDelay: boolean;
};

const MOST_LINES = 3000;
const MOST_RECIPIENTS = 500;

/** @param failed addresses of X-Failed-Recipients and its like, which the text may name only in part */
export function readTextReport(text: string, failed: string[], ownAddresses: ReadonlySet<string>): TextReport {
  const { told, returned } = splitReturned(text);
  const lines = told.split(/\r?\n/, MOST_LINES).map((line) => line.slice(0, 1000));
  const entries: { address: string; lines: string[] }[] = [];
  for (const line of lines) {
    const named = recipientAt(line);
    if (named && !ownAddresses.has(named.address.toLowerCase()) && entries.length < MOST_RECIPIENTS) entries.push({ address: named.address, lines: [named.rest] });
    else entries.at(-1)?.lines.push(line);
  }
  const whole = lines.join(" ");
  const sum = new Map<string, string>();
  for (const { address, lines } of entries) sum.set(address, `${sum.get(address) ?? ""} ${lines.join(" ")}`.trim());
  for (const address of failed) if (!sum.has(address)) sum.set(address, sum.size ? [...sum.values()].join(" ") || whole : whole);
  const wanted = failed.length ? new Set(failed.map((address) => address.toLowerCase())) : null;
  const recipients = [...sum]
    .filter(([address]) => !wanted || wanted.has(address.toLowerCase()))
    .map(([address, words]) => ({ address, action: "", status: "", words: words.replace(/\s+/g, " ").trim().slice(0, 4000) || whole.slice(0, 2000), command: commandIn(words) }));
  return { recipients: recipients.length || returned === null ? recipients : fromReturned(returned, whole), command: commandIn(whole), isDelay: isDelay(whole) };
}

/** Where the copy of our own mail begins: nothing behind it is the server's word. */
function splitReturned(text: string): { told: string; returned: string | null } {
  const at = RETURNED.exec(text);
  return at ? { told: text.slice(0, at.index), returned: text.slice(at.index) } : { told: text, returned: null };
}

const RETURNED = new RegExp(
  `^(?:${[
    "-{2,}[^\\r\\n]{0,60}(?:copy of (?:the|your)|original message|returned message|unsent message|message follows|message header|below this line|enclosed is)[^\\r\\n]*",
    "\\|?-+\\s*message text follows[^\\r\\n]*", "original message headers?:", "received: (?:from|by) [^\\r\\n]*", "content-type: message/rfc822[^\\r\\n]*", "return-path: <[^\\r\\n]*", "the original message (?:headers )?follows[^\\r\\n]*:", "reporting-mta:",
  ].join("|")})`,
  "im",
);

/** A line that begins with an address and goes on with nothing, a colon, a bracket or dots: it opens what is said of that address. */
function recipientAt(line: string): { address: string; rest: string } | null {
  const match = /^[\s>*|-]{0,20}["<]?([^\s<>@"'(),;:[\]\\]{1,64}@[a-z0-9][a-z0-9.-]{0,250}[a-z0-9])[">]?(?:<mailto:[^>\s]*>)?(?=$|[\s:;,.(])(.*)$/i.exec(line);
  if (match) return { address: match[1] as string, rest: match[2] as string };
  const inside = /(?:message to|delivery to|deliver(?:ed)? (?:it |mail |your message )?to|rcpt to|unknown user|address|recipient|following message to)\s*:?\s*<?([^\s<>@"'(),;:[\]\\]{1,64}@[a-z0-9][a-z0-9.-]{0,250}[a-z0-9])/i.exec(line);
  return inside ? { address: inside[1] as string, rest: line } : null;
}

/** The mail came back with hardly a word: to whom it went stands in its own header. */
function fromReturned(returned: string, words: string): TextReport["recipients"] {
  const to = /^(?:to|x-failed-recipients|envelope-to):[^\r\n]*?([^\s<>@"',;:]{1,64}@[a-z0-9.-]{1,250}[a-z0-9])/im.exec(returned.slice(0, 64 * 1024))?.[1];
  return to ? [{ address: to, action: "", status: "", words: words.slice(0, 2000), command: commandIn(words) }] : [];
}

/** Which SMTP command the words answer. */
export function commandIn(words: string): string {
  const text = words.slice(0, 8000);
  if (/\(state 14\)|does not like recipient|no valid recipients|(?:valid|need) rcpt/i.test(text)) return "RCPT";
  if (/\(state 1[78]\)|failed after I sent the message/i.test(text)) return "DATA";
  const found = [...text.matchAll(/(?:in reply to|after|>>>)\s*(?:the\s+)?(?:(end of data)|(rcpt|mail|data|ehlo|helo|starttls|auth|initial connection|connect)\b)/gi)].at(-1);
  if (!found) return "";
  const word = (found[2] ?? "data").toLowerCase();
  return word.startsWith("initial") || word === "connect" ? "CONN" : word.toUpperCase();
}

function isDelay(words: string): boolean {
  return /warning only|will be retried|not yet been delivered|has been delayed|delivery attempts will continue|still being retried|delay reason|continue to (?:try|attempt)|temporary failure/i.test(words) && !/permanent(?:ly)? (?:error|failure|failed)|given up|giving up|undeliverable/i.test(words);
}

/** The best status (RFC 3463) in the words: not a part of an IP address, and rather 5.1.1 than 5.0.0. */
export function statusIn(words: string): string {
  const found = [...words.slice(0, 8000).matchAll(/(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)/g)].map((match) => match[1] as string);
  return found.find((status) => !/^\d\.0\.0$/.test(status)) ?? found[0] ?? "";
}

/** The reply's code: three digits that begin an answer. */
export function replyCodeIn(words: string): string {
  return /(?:^|[\s:;'"(<#])([245][0-5]\d)(?=[\s-](?!\s*\d+\s*(?:bytes|seconds|hours?)))/.exec(words.slice(0, 8000))?.[1] ?? "";
}
