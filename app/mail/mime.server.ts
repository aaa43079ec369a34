/** Writes a mail as MIME (RFC 5322, 2045–2049) with nodemailer's composer, after checking what goes into its headers. */
import MailComposer from "nodemailer/lib/mail-composer";

import { isEmail } from "../domain/customers/contact";
import type { Mailbox, OutgoingMail, Transport } from "./transport";

/** A mail that must not be written: a line break or a control character in a header, an address that is none. */
class UnusableMail extends Error {
  override name = "UnusableMail";
}

const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** @throws UnusableMail naming the part, never its value */
export function checkHeaders(mail: OutgoingMail): void {
  for (const [part, box] of [["from", mail.from], ["to", mail.to], ["reply-to", mail.replyTo]] as const) {
    if (!box) continue;
    if (CONTROL.test(box.name)) throw new UnusableMail(`a line break in the name of ${part}`);
    if (CONTROL.test(box.address) || !isEmail(box.address)) throw new UnusableMail(`no usable address in ${part}`);
  }
  if (CONTROL.test(mail.subject)) throw new UnusableMail("a line break in the subject");
  if (!/^[\w.+=~-]+@[\w.-]+$/.test(mail.messageId)) throw new UnusableMail("no usable message id");
  for (const { name, value } of mail.headers)
    if (!/^[A-Za-z0-9-]+$/.test(name) || CONTROL.test(value)) throw new UnusableMail(`a line break in the header ${name}`);
}

/** @throws UnusableMail */
export async function writeMime(mail: OutgoingMail): Promise<Buffer> {
  checkHeaders(mail);
  const composer = new MailComposer({
    messageId: `<${mail.messageId}>`,
    date: mail.date,
    from: addressObject(mail.from),
    to: addressObject(mail.to),
    ...(mail.replyTo && { replyTo: addressObject(mail.replyTo) }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: mail.headers.map(({ name, value }) => ({ key: name, value: { prepared: true, foldLines: true, value } })),
    encoding: "quoted-printable",
    newline: "win",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** A transport's `send` that refuses, by name, what must not be written. */
export function refuseUnusable(send: Transport["send"]): Transport["send"] {
  return async (mail, commitIntent) => {
    try {
      return await send(mail, commitIntent);
    } catch (error) {
      if (error instanceof UnusableMail) return { kind: "refused", code: 553, words: error.message };
      throw error;
    }
  };
}

/** An object, never a string: as a string, `b@y.test, e@evil.test` would be two recipients. */
function addressObject({ name, address }: Mailbox): { name: string; address: string } {
  return { name, address };
}
