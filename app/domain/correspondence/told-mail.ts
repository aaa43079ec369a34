/** A mail as it is put on a timeline: what its writer said, to whom and when, without what would do harm. Pure. */
import { isEmail, normalizeEmail } from "../customers/contact";
import { headerOf, type IncomingMail, type IncomingPart, type Person } from "../deliveries/returned/incoming-mail";

export type ToldFile = { filename: string; contentType: string; bytes: Uint8Array };

export type Told = {
  messageId: string | null;
  /** Null: nobody is named whom one could write to. */
  from: Person | null;
  /** To and Cc. */
  recipients: Person[];
  /** Bcc: nobody is told of it, but whom it names got the mail. */
  blind: Person[];
  subject: string;
  text: string;
  html: string | null;
  /** ms since the epoch. */
  at: number;
  /** Read out of another mail's text. */
  isRetold: boolean;
  files: ToldFile[];
  filesLeftOut: number;
};

export const MOST_FILES = 20;
export const LARGEST_FILE = 15 * 1024 * 1024;
const MOST_PEOPLE = 100;
/** Whoever writes to many at once puts them there. */
const MOST_BLIND = 500;
const DAY = 86_400_000;
/** Nobody's mail is older; whoever says so has a clock that never was set. */
const FIRST = Date.UTC(1990, 0, 1);

export function toldFrom(mail: IncomingMail, now: number): Told {
  const files = mail.parts.filter(({ bytes }) => bytes.byteLength <= LARGEST_FILE && bytes.byteLength > 0).slice(0, MOST_FILES).map(asFile);
  return {
    messageId: mail.messageId === null ? null : plainLine(mail.messageId, 250),
    from: mail.from === null ? null : plainPerson(mail.from),
    recipients: plainPeople(mail.addressees),
    blind: plainPeople(mail.blind, MOST_BLIND),
    subject: plainLine(mail.subject, 500),
    text: plainText(mail.text),
    html: mail.html === null ? null : plainText(mail.html),
    at: writtenAt(headerOf(mail, "date"), now),
    isRetold: false,
    files,
    filesLeftOut: mail.parts.filter(({ bytes }) => bytes.byteLength > 0).length - files.length,
  };
}

export function plainPeople(people: readonly Person[], most = MOST_PEOPLE): Person[] {
  const found = new Map<string, Person>();
  for (const one of people) {
    const person = plainPerson(one);
    if (person && !found.has(normalizeEmail(person.address))) found.set(normalizeEmail(person.address), person);
    if (found.size === most) break;
  }
  return [...found.values()];
}

/** Null for what is no address: nobody is written to, or looked for, by anything else. */
function plainPerson({ name, address }: Person): Person | null {
  const bare = address.trim();
  return isEmail(bare) ? { name: plainLine(name, 200), address: bare } : null;
}

/** One line without what steers a screen or a header. */
export function plainLine(text: string, longest: number): string {
  return wellFormed(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").replace(/\s+/g, " ").trim().slice(0, longest);
}

/** Databases take no NUL, and no half of a sign. */
export function plainText(text: string): string {
  return wellFormed(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "").replace(/\r\n?/g, "\n");
}

/** Half a sign (of two, in UTF-16) is none. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** By the mail's own date; of one that lies ahead, or is none, the time at which it came. */
export function writtenAt(date: string, now: number): number {
  const at = Date.parse(date.replace(/\([^()]*\)/g, " ").trim());
  return Number.isNaN(at) || at < FIRST || at > now + DAY ? now : Math.min(at, now);
}

function asFile({ type, filename, bytes }: IncomingPart, index: number): ToldFile {
  const ending = type === "message/rfc822" ? ".eml" : type === "text/calendar" ? ".ics" : "";
  const name = plainLine(filename ?? "", 200).replace(/[\\/]+/g, "-").replace(/^\.+/, "");
  return { filename: name || `file-${index + 1}${ending}`, contentType: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type.slice(0, 100) : "application/octet-stream", bytes };
}
