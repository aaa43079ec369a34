/**
 * One v3/mail/send request for many recipients of one mailing: the content written once, with a key wherever recipients
 * differ, and per recipient what stands for each key. Pure.
 */
import { randomBytes } from "node:crypto";

import { escapeHtml, oneLine } from "../../domain/mailings/safe-text";
import { fill } from "../parcel";
import type { Mailbox, MailTemplate, Parcel, Slotted } from "../transport";

export type Merged = Extract<Parcel, { kind: "merged" }>;

/** SendGrid's limits: personalizations in a request, its bytes, and bytes of substitutions in a personalization. */
export const MOST_RECIPIENTS = 1000;
export const MOST_BYTES = 30 * 1024 * 1024;
const MOST_SUBSTITUTED = 10_000;

/** A template as it stands in every request: all that is not about one recipient. */
export type BatchTemplate = {
  /** Everything behind the personalizations, as JSON. */
  tail: Buffer;
  /** What stands in the content for each place, and how its value is written there. */
  keys: { key: string; place: number; isHtml: boolean }[];
  /** Those headers that say the same to everybody. */
  headers: Record<string, string>;
  template: MailTemplate;
};

/**
 * Keys hold a number that nobody can guess: SendGrid may look for keys in what it has just put in, and no value that
 * somebody typed can then be one.
 */
export function batchTemplate(template: MailTemplate, secret = randomBytes(9).toString("base64url")): BatchTemplate {
  const keyOf = (place: number, isHtml: boolean) => `-${secret}${isHtml ? "h" : "t"}${place}-`;
  const places = (slotted: Slotted, isHtml: boolean) => [...new Set(slotted.slots)].map((place) => ({ place, isHtml, key: keyOf(place, isHtml) }));
  const withKeys = ({ parts, slots }: Slotted, isHtml: boolean) =>
    parts.map((part, i) => part + (slots[i] === undefined ? "" : keyOf(slots[i], isHtml))).join("");
  const rest = {
    from: mailbox(template.from),
    ...(template.replyTo && { reply_to: mailbox(template.replyTo) }),
    // Each recipient's personalization names its own; without this one the request is refused.
    subject: oneLine(fill(template.subject, [])) || "-",
    content: [
      { type: "text/plain", value: withKeys(template.text, false) },
      { type: "text/html", value: withKeys(template.html, true) },
    ],
    tracking_settings: TRACKING,
  };
  const tail = Buffer.from(`,${JSON.stringify(rest).slice(1)}`);
  const headers = Object.fromEntries(template.headers.filter(isFixed).map(({ name, value }) => [name, oneLine(fill(value, []))]));
  return { tail, keys: [...places(template.text, false), ...places(template.html, true)], headers, template };
}

function isFixed({ value }: MailTemplate["headers"][number]): boolean {
  return value.slots.length === 0;
}

/** We count opens and clicks ourselves, and the unsubscribe link is ours. */
const TRACKING = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
  subscription_tracking: { enable: false },
};

/** What a request says of one recipient. Of ours it carries nothing but the opaque id. */
export type Personalization = {
  to: { email: string; name?: string }[];
  subject: string | undefined;
  headers: Record<string, string>;
  substitutions: Record<string, string>;
  custom_args: { rapport_id: string };
};

/** Null when the values are more than SendGrid takes. */
export function personalization({ template, keys, headers: fixed }: BatchTemplate, { to, values, publicId, messageId }: Merged): Personalization | null {
  const substitutions: Record<string, string> = {};
  let length = 0;
  for (const { key, place, isHtml } of keys) {
    const value = values[place] ?? "";
    const written = isHtml ? escapeHtml(value) : value;
    substitutions[key] = written;
    length += key.length + written.length + 6;
  }
  // A letter has at most six bytes in JSON: most need no counting.
  if (length * 6 > MOST_SUBSTITUTED && Buffer.byteLength(JSON.stringify(substitutions)) > MOST_SUBSTITUTED) return null;
  const headers: Record<string, string> = { "Message-ID": `<${messageId}>`, ...fixed };
  for (const header of template.headers) if (!isFixed(header)) headers[header.name] = oneLine(fill(header.value, values));
  const subject = oneLine(fill(template.subject, values)) || undefined;
  return { to: [mailbox(to)], subject, headers, substitutions, custom_args: { rapport_id: publicId } };
}

/** In pieces: what is the same in each request is not copied. */
export function requestBody({ tail }: BatchTemplate, personalizations: readonly Personalization[]): Buffer[] {
  return [Buffer.from(`{"personalizations":${JSON.stringify(personalizations)}`), tail];
}

/** A comma or a semicolon in a name has the whole request refused. */
export function mailbox({ name, address }: Mailbox): { email: string; name?: string } {
  const usable = /[,;]/.test(name) ? name.replace(/\s*[,;]\s*/g, " ").trim() : name;
  return usable ? { email: address, name: usable } : { email: address };
}
