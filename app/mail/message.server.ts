/** One mail as bytes (RFC 5322, 2045–2049): the only place where MIME is written, for every transport. */
import { MimeTemplate, mimeTemplate, type MergedParcel } from "./mime-template.server";
import type { MailTemplate, Parcel } from "./transport";
import { checkParcel } from "./unsendable";

/** Makes the field DKIM-Signature of a message: `DKIM-Signature: …\r\n`, of ASCII. */
export type Signer = (message: Buffer) => string;

/** Room before the message for its signatures. */
const HEAD = 4096;
/** Room behind it for the final dot and the next envelope. */
const TAIL = 2048;

/** Memory for one mail after the other. */
export class MessageBuffer {
  private memory = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  isEightBit = false;

  /** @throws Unsendable */
  fill(parcel: Parcel, sign: Signer | null): void {
    checkParcel(parcel);
    const merged = asMerged(parcel);
    const mime = parcel.kind === "merged" ? mimeTemplate(merged.template) : new MimeTemplate(merged.template);
    const size = HEAD + mime.sizeOf(merged) + TAIL;
    if (this.memory.length < size) this.memory = Buffer.allocUnsafeSlow(Math.ceil(size / 16_384) * 16_384);
    this.end = HEAD + mime.write(merged, this.memory, HEAD);
    this.start = HEAD;
    if (sign) {
      const field = sign(this.memory.subarray(HEAD, this.end));
      this.start = HEAD - this.memory.write(field, HEAD - field.length, "latin1");
    }
    // Only an address beyond ASCII brings such bytes into a header; all else is encoded.
    this.isEightBit = /[^\u0000-\u007f]/.test(parcel.to.address);
    this.memory.write(".\r\n", this.end, "latin1");
  }

  /** In bytes, without the final dot. */
  get length(): number {
    return this.end - this.start;
  }

  /** The mail alone. Good until the next `fill`. */
  get message(): Buffer {
    return this.memory.subarray(this.start, this.end);
  }

  /** As DATA wants it: no line begins with a dot but the last, which is one. */
  get data(): Buffer {
    return this.memory.subarray(this.start, this.end + 3);
  }

  /** `data`, and these commands behind it. */
  dataWith(commands: string): Buffer {
    return this.memory.subarray(this.start, this.end + 3 + this.memory.write(commands, this.end + 3, "utf8"));
  }
}

/** @throws Unsendable */
export function writeMessage(parcel: Parcel, sign: Signer | null = null): Buffer {
  const buffer = new MessageBuffer();
  buffer.fill(parcel, sign);
  return Buffer.from(buffer.message);
}

function asMerged(parcel: Parcel): MergedParcel {
  if (parcel.kind === "merged") return parcel;
  const { mail, ...envelope } = parcel;
  const whole = (text: string) => ({ parts: [text], slots: [] });
  const template: MailTemplate = {
    key: parcel.publicId, from: mail.from, replyTo: mail.replyTo, subject: whole(mail.subject), html: whole(mail.html), text: whole(mail.text),
    headers: mail.headers.map(({ name, value }) => ({ name, value: whole(value) })),
  };
  return { ...envelope, kind: "merged", template, values: [] };
}
