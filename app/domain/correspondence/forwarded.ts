/**
 * The mail that another one forwards in its text, as the large mail programs write it in English, Polish and Serbian: a few
 * lines that say from whom, when, to whom and about what, and below them what was written. Pure.
 */
import type { Person } from "../deliveries/returned/incoming-mail";
import { foldForSearch } from "../customers/search";
import { plainLine, plainPeople, plainText, type Told } from "./told-mail";
import { readWrittenDate } from "./written-date";

type Field = "from" | "date" | "to" | "subject" | "other";

/** What stands before the colon, folded: Serbian in either script is the same. */
const LABELS: Record<string, Field> = {
  from: "from", od: "from", nadawca: "from", salje: "from", posiljalac: "from", posiljatelj: "from",
  date: "date", sent: "date", data: "date", wyslano: "date", wyslane: "date", datum: "date", poslato: "date", poslano: "date",
  to: "to", do: "to", adresat: "to", za: "to", prima: "to", primalac: "to", kome: "to",
  cc: "to", dw: "to", kopia: "to", "do wiadomosci": "to", kopija: "to",
  subject: "subject", temat: "subject", tema: "subject", naslov: "subject", predmet: "subject",
  "reply-to": "other", importance: "other", waznosc: "other", attachments: "other", zalaczniki: "other", prilozi: "other", "odpowiedz do": "other", bcc: "other", udw: "other",
};

const LONGEST = 200_000;

/** @param zone of who forwards it @param otherwise the time that counts when none can be read */
export function readForwarded(text: string, zone: string, otherwise: number): Told | null {
  const lines = text.slice(0, LONGEST).replace(/\r\n?/g, "\n").split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    if (labelOf(unmarked(lines[at]!)) === null) continue;
    const head = readHead(lines, at);
    const from = head.from === undefined ? undefined : personIn(head.from);
    if (!from || (head.date === undefined && head.subject === undefined)) {
      at = Math.max(at, head.end - 1);
      continue;
    }
    const written = readWrittenDate(head.date ?? "", zone);
    return {
      messageId: null, from, recipients: plainPeople(peopleIn(head.to ?? "")), blind: [], subject: plainLine(head.subject ?? "", 500), text: bodyOf(lines, at, head.end), html: null,
      at: written === null || written > otherwise ? otherwise : written, isRetold: true, files: [], filesLeftOut: 0,
    };
  }
  return null;
}

type Head = Partial<Record<Field, string>> & { end: number };

/** The lines of one block; HTML leaves empty ones between them, and long lists of people go on in the next. */
function readHead(lines: readonly string[], start: number): Head {
  const head: Head = { end: start };
  let last: Field | null = null;
  let gaps = 0;
  for (let at = start; at < lines.length && at < start + 40; at += 1) {
    const line = unmarked(lines[at]!);
    const found = labelOf(line);
    if (found) {
      head[found.field] = head[found.field] === undefined || found.field !== "to" ? (head[found.field] ?? found.value) : `${head.to}, ${found.value}`;
      [last, gaps, head.end] = [found.field, 0, at + 1];
    } else if (line === "") {
      if ((gaps += 1) > 1) break;
    } else if (gaps === 0 && last === "to" && /@|^\s/.test(lines[at]!)) {
      [head.to, head.end] = [`${head.to}, ${line}`, at + 1];
    } else break;
  }
  return head;
}

function labelOf(line: string): { field: Field; value: string } | null {
  const match = /^\*?([\p{L} -]{2,20}?)\s?:\*?(?:\s+(.*))?$/u.exec(line);
  const field = match && LABELS[foldForSearch(match[1]!)];
  return field ? { field, value: (match[2] ?? "").trim().slice(0, 2000) } : null;
}

/** Without the marks of quotation that some programs put before all of it. */
function unmarked(line: string): string {
  return line.slice(0, 4000).replace(/^(?:>\s?)+/, "").replace(/[\u00a0\t]+/g, " ").trim();
}

function bodyOf(lines: readonly string[], start: number, end: number): string {
  const isMarked = lines[start]!.startsWith(">");
  return plainText(lines.slice(end).map((line) => (isMarked ? line.replace(/^>\s?/, "") : line)).join("\n")).trim();
}

function personIn(value: string): Person | undefined {
  return plainPeople(peopleIn(value))[0];
}

/** `Ana Anić <ana@example.com>`, `"Anić, Ana" [mailto:ana@example.com]`, or the bare address; several with commas or semicolons. */
function peopleIn(value: string): Person[] {
  const found: Person[] = [];
  let from = 0;
  for (const match of value.slice(0, 8000).matchAll(/[<[(]?(?:mailto:)?([^\s<>[\]();,"']+@[^\s<>[\]();,"']+)[>\])]*/g)) {
    const name = value.slice(from, match.index).replace(/^[\s,;]+|["'*]/g, "").trim();
    // `<a@x><mailto:a@x>`: the second says the same once more.
    if (!found.some(({ address }) => address === match[1])) found.push({ name: name.slice(0, 200), address: match[1]! });
    from = match.index + match[0].length;
  }
  return found;
}
