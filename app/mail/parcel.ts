/** From a parcel to the whole mail: filling in the places of a template. Pure. */
import { escapeHtml, oneLine } from "../domain/mailings/safe-text";
import type { OutgoingMail, Parcel, Slotted } from "./transport";

export function fill({ parts, slots }: Slotted, values: readonly string[], write: (value: string) => string = asItIs): string {
  let text = parts[0] ?? "";
  for (let i = 0; i < slots.length; i++) text += write(values[slots[i] as number] ?? "") + (parts[i + 1] ?? "");
  return text;
}

function asItIs(value: string): string {
  return value;
}

export function mailOf(parcel: Parcel): OutgoingMail {
  if (parcel.kind === "single") return parcel.mail;
  const { template, values } = parcel;
  return {
    from: template.from,
    replyTo: template.replyTo,
    subject: oneLine(fill(template.subject, values)),
    html: fill(template.html, values, escapeHtml),
    text: fill(template.text, values),
    headers: template.headers.map(({ name, value }) => ({ name, value: oneLine(fill(value, values)) })),
  };
}
