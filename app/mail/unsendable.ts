/** What must not be written into a mail: a line break in a header would begin another one. Pure. */
import { isEmail } from "../domain/customers/contact";
import type { Mailbox, Outcome, Parcel } from "./transport";

/** Names the part, never its value. */
export class Unsendable extends Error {
  override name = "Unsendable";
  /** As an SMTP server would say it. */
  readonly code = 553;
}

const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/;
const MESSAGE_ID = /^[\w.+=~-]+@[\w.-]+$/;

/** @throws Unsendable */
export function checkParcel(parcel: Parcel): void {
  checkRecipient(parcel);
  if (!isEmail(parcel.returnPath)) throw new Unsendable("no usable return path");
  // A template was made by us, and its places are written as one line each.
  if (parcel.kind === "merged") return;
  const { from, replyTo, subject, headers } = parcel.mail;
  checkMailbox("from", from);
  if (replyTo) checkMailbox("reply-to", replyTo);
  if (CONTROL.test(subject)) throw new Unsendable("a line break in the subject");
  for (const { name, value } of headers)
    if (!/^[A-Za-z0-9-]+$/.test(name) || CONTROL.test(value)) throw new Unsendable(`a line break in the header ${name}`);
}

/**
 * All that is to be said of a mail of a template where the provider sets the return path.
 * @throws Unsendable
 */
export function checkRecipient({ to, messageId }: Parcel): void {
  checkMailbox("to", to);
  if (!MESSAGE_ID.test(messageId)) throw new Unsendable("no usable message id");
}

function checkMailbox(part: string, box: Mailbox): void {
  if (CONTROL.test(box.name)) throw new Unsendable(`a line break in the name of ${part}`);
  if (CONTROL.test(box.address) || !isEmail(box.address)) throw new Unsendable(`no usable address in ${part}`);
}

/** How a mail ends that could not be written. */
export function refusalOf(error: unknown): Extract<Outcome, { kind: "refused" | "deferred" }> {
  if (error instanceof Unsendable) return { kind: "refused", code: error.code, words: error.message };
  return { kind: "deferred", code: null, words: "the mail could not be made" };
}
