/** A mail that came in, taken apart once (read-mail.server.ts); what it means is decided from these values alone. */

export type Person = { name: string; address: string };

export type IncomingMail = {
  /** In their order; names in lower case, folded lines joined. */
  headers: { name: string; value: string }[];
  from: Person | null;
  /** Every address that it was sent to: To, Cc and what servers note of the envelope. */
  to: string[];
  /** To and Cc, as its writer named them. */
  addressees: Person[];
  /** Bcc, which only a writer's own copy still names. */
  blind: Person[];
  subject: string;
  /** Without angle brackets. */
  messageId: string | null;
  /** In-Reply-To and References, newest first, without angle brackets. */
  answersTo: string[];
  /** What people read; of HTML alone, its text. */
  text: string;
  html: string | null;
  /** Parts that no reader sees as text: reports, returned mails, files. */
  parts: IncomingPart[];
  /** Its shape could not be read, or only in part. */
  broken: boolean;
};

export type IncomingPart = { type: string; filename: string | null; bytes: Uint8Array };

export function headerOf(mail: Pick<IncomingMail, "headers">, name: string): string {
  return mail.headers.find((header) => header.name === name)?.value ?? "";
}

export function headersOf(mail: Pick<IncomingMail, "headers">, name: string): string[] {
  return mail.headers.filter((header) => header.name === name).map((header) => header.value);
}

/** Message-IDs as they stand in a header, without angle brackets. */
export function messageIdsIn(value: string): string[] {
  const marked = [...value.matchAll(/<([^<>\s]{1,250})>/g)].map((match) => match[1] as string);
  return marked.length ? marked : value.trim().split(/\s+/).filter((word) => /^[^\s@<>]{1,200}@[^\s@<>]{1,200}$/.test(word));
}

/** The header lines at the top of a text (RFC 5322 2.2): folded lines joined, names in lower case. */
export function readHeaderLines(text: string): { name: string; value: string }[] {
  const headers: { name: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/, MOST_LINES)) {
    const last = headers.at(-1);
    const field = /^([!-9;-~]{1,100}):[ \t]*(.*)$/.exec(line);
    if (field) headers.push({ name: (field[1] as string).toLowerCase(), value: (field[2] as string).slice(0, LONGEST_LINE) });
    else if (/^[ \t]+\S/.test(line) && last) last.value = `${last.value} ${line.trim()}`.slice(0, LONGEST_LINE);
    else if (line.trim() === "" && headers.length) break;
  }
  return headers;
}

const MOST_LINES = 2000;
const LONGEST_LINE = 8000;
