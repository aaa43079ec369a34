/**
 * A mailing as MIME, compiled once: every fixed part stands ready as quoted-printable bytes, and a recipient's values
 * are encoded alone, between soft line breaks. Writing one mail is then a row of copies into one buffer.
 */
import { createHash } from "node:crypto";

import { mailbox, unstructured } from "./header-text";
import { escapeHtml, oneLine } from "../domain/mailings/safe-text";
import { fill } from "./parcel";
import { encodeQuotedPrintable, encodeValue } from "./quoted-printable";
import type { MailTemplate, Parcel, Slotted } from "./transport";

export type MergedParcel = Extract<Parcel, { kind: "merged" }>;

/** How a place is filled. */
type Hole = { slot: number; isHtml: boolean };

/** Fixed bytes in which the value of the commonest place is still to be written, and the place behind them. */
type Block = { bytes: Buffer; common: number[]; hole: Hole | null };

/** Of the commonest value, for so many of its lengths the blocks are kept: each as large as a mail. */
const LENGTHS_KEPT = 32;

export class MimeTemplate {
  /** Fixed bytes and, between two of them, a hole. */
  private readonly fixed: Buffer[] = [];
  private readonly holes: Hole[] = [];
  private readonly fixedLength: number;
  /** The fields From and Reply-To. */
  private readonly senders: string;
  /** The place that occurs most often: the token of the links, or the reader's name. */
  private readonly common: number;
  private readonly blocks = new Map<number | null, Block[]>();

  constructor(private readonly template: MailTemplate) {
    const { from, replyTo } = template;
    this.senders = `From: ${mailbox(from)}${replyTo ? `\r\nReply-To: ${mailbox(replyTo)}` : ""}`;
    // `=_` cannot occur in quoted-printable (RFC 2045 6.7).
    const boundary = `=_rapport_${createHash("sha256").update(template.key).digest("hex").slice(0, 24)}`;
    const part = (type: string) =>
      `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
    let pending = `MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n${part("text/plain")}`;
    pending = this.body(template.text, false, pending);
    pending = this.body(template.html, true, `${pending}\r\n${part("text/html")}`);
    this.fixed.push(Buffer.from(`${pending}\r\n--${boundary}--\r\n`, "latin1"));
    this.fixedLength = this.fixed.reduce((sum, bytes) => sum + bytes.length, 0);
    this.common = commonest(this.holes);
  }

  /** @returns what stands after the last hole */
  private body({ parts, slots }: Slotted, isHtml: boolean, before: string): string {
    let pending = before;
    parts.forEach((text, i) => {
      const { encoded, open } = encodeQuotedPrintable(text);
      const slot = slots[i];
      pending += encoded;
      if (slot === undefined) return;
      this.fixed.push(Buffer.from(`${pending}${open ? "=\r\n" : ""}`, "latin1"));
      this.holes.push({ slot, isHtml });
      pending = "=\r\n";
    });
    return pending;
  }

  /** Never too small for `write`. */
  sizeOf({ values, to }: MergedParcel): number {
    // In UTF-8 a character is at most three bytes, and a byte at most three signs; soft breaks and entities included, 12.
    const header = 4096 + 12 * (to.name.length + values.reduce((sum, value) => sum + value.length, 0));
    return this.fixedLength + header + this.holes.reduce((sum, { slot }) => sum + (values[slot]?.length ?? 0) * 12 + 8, 0);
  }

  /** Writes header and body with CRLF lines, none of which begins with a dot. @returns the number of bytes */
  write(parcel: MergedParcel, into: Buffer, at = 0): number {
    const { values } = parcel;
    const encoded: string[] = [];
    const encodedHtml: string[] = [];
    const valueIn = ({ slot, isHtml }: Hole): string => {
      const known = isHtml ? encodedHtml : encoded;
      return (known[slot] ??= encodeValue(isHtml ? escapeHtml(values[slot] ?? "") : (values[slot] ?? "")));
    };
    const common = valueIn({ slot: this.common, isHtml: false });
    // Where it reads the same in HTML and in text, it is written into all of its places alike.
    const isAlike = common === valueIn({ slot: this.common, isHtml: true });
    const commonBytes = Buffer.from(common, "latin1");
    let end = at + into.write(this.header(parcel), at, "utf8");
    for (const { bytes, common: places, hole } of this.blocksFor(isAlike ? commonBytes.length : null)) {
      into.set(bytes, end);
      for (const place of places) into.set(commonBytes, end + place);
      end += bytes.length;
      if (hole) end += into.write(valueIn(hole), end, "latin1");
    }
    return end - at;
  }

  /** As few blocks as there are other places, for a common value of this length; null: it is a place as any other. */
  private blocksFor(length: number | null): Block[] {
    const known = this.blocks.get(length);
    if (known) return known;
    const made: Block[] = [];
    let bytes: Buffer[] = [];
    let size = 0;
    let places: number[] = [];
    this.fixed.forEach((fixed, i) => {
      const hole = this.holes[i] ?? null;
      bytes.push(fixed);
      size += fixed.length;
      if (length !== null && hole?.slot === this.common) {
        places.push(size);
        bytes.push(Buffer.alloc(length));
        size += length;
        return;
      }
      made.push({ bytes: Buffer.concat(bytes), common: places, hole });
      [bytes, size, places] = [[], 0, []];
    });
    if (this.blocks.size >= LENGTHS_KEPT) this.blocks.clear();
    this.blocks.set(length, made);
    return made;
  }

  private header(parcel: MergedParcel): string {
    const { template } = this;
    const { values } = parcel;
    let text = `Message-ID: <${parcel.messageId}>\r\nDate: ${dateLine(parcel.date)}\r\n${this.senders}`;
    text += `\r\nTo: ${mailbox({ name: oneLine(parcel.to.name), address: parcel.to.address })}`;
    const subject = oneLine(fill(template.subject, values));
    text += `\r\nSubject:${subject && ` ${unstructured(subject, 9)}`}\r\n`;
    for (const { name, value } of template.headers) text += `${name}: ${oneLine(fill(value, values))}\r\n`;
    return text;
  }
}

/** -1 where there are no places. */
function commonest(holes: readonly Hole[]): number {
  const counts = new Map<number, number>();
  for (const { slot } of holes) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? -1;
}

const compiled = new WeakMap<MailTemplate, MimeTemplate>();

export function mimeTemplate(template: MailTemplate): MimeTemplate {
  let mime = compiled.get(template);
  if (!mime) compiled.set(template, (mime = new MimeTemplate(template)));
  return mime;
}

let lastSecond = Number.NaN;
let lastLine = "";

/** RFC 5322 3.3, in UTC. */
function dateLine(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastLine = date.toUTCString().replace("GMT", "+0000");
  }
  return lastLine;
}
