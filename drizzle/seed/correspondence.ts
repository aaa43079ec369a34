/** Mails that staff of the demo wrote and got in their own mail programs. */
import type { Database } from "../../app/db/types";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { keepMail, ownAddresses } from "../../app/domain/correspondence/keeping.server";
import { findLogAddress, makeLogAddress } from "../../app/domain/correspondence/logging.server";
import { toldFrom } from "../../app/domain/correspondence/told-mail";
import { findPrimaryEmail } from "../../app/domain/customers/contact-points.server";
import { readMail } from "../../app/domain/deliveries/returned/read-mail.server";
import type { StaffActor } from "../../app/domain/journal/actor";
import type { DemoCustomer } from "./seed.server";

const HOUR = 3_600_000;
const SHOP = "hello@example.com";
const BOUNCES = "bounces@example.com";

type Written = { hoursAgo: number; from: string; to: string; subject: string; text: string; html?: string; file?: string };

export async function writeMails(db: Database, customers: readonly DemoCustomer[], staff: StaffActor & { email: string }, now: number): Promise<void> {
  const [first, second] = [await addressOf(db, customers[0]!), await addressOf(db, customers[1]!)];
  const ours = `${staff.name} <${staff.email}>`;
  const mails: Written[] = [
    { hoursAgo: 190, from: first, to: ours, subject: "Christmas prints", text: "Hello,\n\nwould it be possible to have the same cushions as last year, only with this year's photo? We need four of them by the second week of December.\n\nThank you!" },
    {
      hoursAgo: 186, from: ours, to: first, subject: "Re: Christmas prints", file: "offer.pdf",
      text: "Hello,\n\nyes, the designs of last year are all there. Send me the photo, and I will put it into the same frame. The offer for four is attached.\n\nOn Mon, you wrote:\n> would it be possible to have the same cushions as last year",
      html: "<p>Hello,</p><p>yes, the designs of last year are all there. Send me the photo, and I will put it into the same frame. The offer for four is attached.</p><blockquote>would it be possible to have the same cushions as last year</blockquote>",
    },
    { hoursAgo: 60, from: ours, to: `${first}, ${second}`, subject: "Open day at the workshop", text: "Hello,\n\non Saturday we print in front of everybody, from ten to four. There is coffee, and a cup to take home.\n\nSee you there" },
  ];
  const own = await ownAddresses(db.read, { MAIL_FROM: SHOP });
  for (const [i, mail] of mails.entries()) {
    const at = now - mail.hoursAgo * HOUR;
    const told = toldFrom(await readMail(raw(mail, at, i)), at);
    await db.write((tx) => keepMail(tx, { actor: staff, now: at + 60_000 }, { told, own, staffId: staff.id, door: "mailbox", mayWait: false }));
  }
  await handOver(db, ours, staff, now - 5 * HOUR);
}

/** One with our address in Bcc, about somebody whom nobody knows yet: it waits for her to say whose it is. */
async function handOver(db: Database, from: string, staff: StaffActor, at: number): Promise<void> {
  await db.write((tx) => makeLogAddress(tx, { actor: staff, now: at }, staff.id));
  const address = await findLogAddress(db.read, staff.id, BOUNCES);
  const mail: Written = {
    hoursAgo: 0, from, to: "Milan Ilić <milan.ilic@mail.example.net>", subject: "Cups for your café", file: "cups.pdf",
    text: "Hello Mr Ilić,\n\nit was good to meet you at the fair. The prices for a hundred cups with your sign are attached.\n\nKind regards",
    html: "<p>Hello Mr Ilić,</p><p>it was good to meet you at the fair. The prices for <b>a hundred cups</b> with your sign are attached.</p><p>Kind regards</p>",
  };
  const handed = Buffer.concat([Buffer.from(`Delivered-To: ${address}\r\n`), raw(mail, at, 9)]);
  await receiveMail({ db, env: { MAIL_FROM: SHOP, BOUNCE_ADDRESS: BOUNCES } }, { actor: { kind: "system", name: "seed" }, now: at }, { raw: handed, door: "mailbox" });
}

async function addressOf(db: Database, customer: DemoCustomer): Promise<string> {
  const address = await findPrimaryEmail(db.read, customer.partyId);
  if (address === null) throw new Error("a customer of the demo has no address");
  return address;
}

function raw({ from, to, subject, text, html, file }: Written, at: number, n: number): Buffer {
  const part = (type: string, body: string, more = "", boundary = "m") => `--${boundary}\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: base64\n${more}\n${Buffer.from(body).toString("base64").replace(/.{76}/g, "$&\n")}\n`;
  const both = html && `--m\nContent-Type: multipart/alternative; boundary="a"\n\n${part("text/plain", text, "", "a")}${part("text/html", html, "", "a")}--a--\n`;
  const parts = [both ?? part("text/plain", text), ...(file ? [part("application/pdf", "%PDF-1.4\n%%EOF\n", `Content-Disposition: attachment; filename="${file}"\n`)] : [])];
  const head = [`From: ${encoded(from)}`, `To: ${encoded(to)}`, `Subject: ${encoded(subject)}`, `Message-ID: <office-${n}@mail.example.com>`, `Date: ${new Date(at).toUTCString()}`, "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="m"'];
  return Buffer.from(`${head.join("\n")}\n\n${parts.join("")}--m--\n`.replace(/\n/g, "\r\n"));
}

/** Names beyond ASCII (RFC 2047); addresses stay as they are. */
function encoded(text: string): string {
  return text.replace(/[^<>,@\s][^<>,@]*[^\u0000-\u007f][^<>,@]*(?=\s<|$)/g, (words) => `=?utf-8?B?${Buffer.from(words).toString("base64")}?=`);
}
