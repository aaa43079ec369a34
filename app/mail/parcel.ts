/** From a parcel to the whole mail: filling in the places of a template. Pure. */
import type { OutgoingMail, Parcel, Slotted } from "./transport";

export function fill({ parts, slots }: Slotted, values: readonly string[], write: (value: string) => string = asItIs): string {
  let text = parts[0] ?? "";
  for (let i = 0; i < slots.length; i++) text += write(values[slots[i] as number] ?? "") + (parts[i + 1] ?? "");
  return text;
}

function asItIs(value: string): string {
  return value;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string) : text;
}

/** A value that goes into a header: a line break would begin another one. */
export function oneLine(text: string): string {
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(text) ? text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim() : text;
}

export function mailOf(parcel: Parcel): OutgoingMail {
  if (parcel.kind === "single") return parcel.mail;
  const { template, values } = parcel;
  return {
    from: template.from,
    replyTo: template.replyTo,
    subject: oneLine(fill(template.subject, values)).trim(),
    html: fill(template.html, values, escapeHtml),
    text: fill(template.text, values),
    headers: template.headers.map(({ name, value }) => ({ name, value: oneLine(fill(value, values)) })),
  };
}
