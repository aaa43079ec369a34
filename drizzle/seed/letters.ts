/** What came in by mail of late: an answer of a machine, a mail that came back, and letters of people whom nobody knows. */
import { and, asc, eq, isNotNull } from "drizzle-orm";

import type { Database } from "../../app/db/types";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { bySystem } from "../../app/domain/journal/actor";

const HOUR = 3_600_000;
const SHOP = "hello@example.com";

type Mail = { at: number; head: string[]; body: string };

export async function receiveLetters(db: Database, now: number): Promise<void> {
  const letters = [...(await answersToTheNewest(db)), ...strangersLetters(now)];
  for (const { at, head, body } of letters) {
    const raw = Buffer.from([...head, `Date: ${new Date(at).toUTCString()}`, "MIME-Version: 1.0", body].join("\r\n").replace(/\r?\n/g, "\r\n"));
    await receiveMail({ db, env: { MAIL_FROM: SHOP } }, bySystem("seed", at), { raw, door: "mailbox" });
  }
}

/** To the newest campaign: somebody is on holiday, somebody's mailbox is full. */
async function answersToTheNewest(db: Database): Promise<Mail[]> {
  const accepted = await db.read
    .select({ address: deliveries.address, messageId: deliveries.messageId, acceptedAt: deliveries.acceptedAt, name: deliveries.recipientName })
    .from(deliveries)
    .where(and(eq(deliveries.class, "marketing"), eq(deliveries.state, "accepted"), eq(deliveries.locale, "pl"), isNotNull(deliveries.campaignId)))
    .orderBy(asc(deliveries.id));
  const [away, full] = [accepted.at(-12), accepted.at(-40)];
  if (!away || !full) return [];
  return [
    {
      at: away.acceptedAt! + 40_000,
      head: [
        `From: ${word(away.name ?? "")} <${away.address}>`, `To: ${SHOP}`, "Subject: Automatic reply: Workshop news", "Message-ID: <holiday-1@mail.example.org>", `In-Reply-To: <${away.messageId}>`, "Auto-Submitted: auto-replied",
      ],
      body: plain("Dzień dobry,\n\njestem na urlopie do końca przyszłego tygodnia. Odpowiem po powrocie.\n"),
    },
    {
      at: full.acceptedAt! + 2 * HOUR,
      head: ["Return-Path: <>", "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>", `To: ${SHOP}`, "Subject: Undelivered Mail Returned to Sender", "Message-ID: <returned-1@mx.example.net>", "Auto-Submitted: auto-replied"],
      body: [
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain; charset=utf-8", "", `<${full.address}>: host mx.example.net said: 552 5.2.2 Mailbox full`, "",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", "", `Final-Recipient: rfc822; ${full.address}`, "Action: failed", "Status: 5.2.2", "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full", "",
        "--b", "Content-Type: text/rfc822-headers", "", `Message-ID: <${full.messageId}>`, "", "--b--", "",
      ].join("\n"),
    },
  ];
}

function strangersLetters(now: number): Mail[] {
  const letter = (hoursAgo: number, from: string, id: string, subject: string, text: string): Mail => ({
    at: now - hoursAgo * HOUR,
    head: [`From: ${from}`, `To: Lipa Print <${SHOP}>`, `Subject: ${word(subject)}`, `Message-ID: <${id}@mail.example.org>`],
    body: plain(text),
  });
  return [
    letter(
      31, "Kinga Nowak <kinga.prywatnie@mail.example.org>", "kinga-1", "Ucho kubka i druga sztuka",
      "Dzień dobry,\n\npiszę z prywatnego adresu, bo do sklepowego konta używam innego. W zamówieniu, które wczoraj przyszło, jeden kubek ma ukruszone ucho. Czy mogę od razu zamówić drugi taki sam, żeby przyszły razem?\n\nPozdrawiam\nKinga Nowak\n",
    ),
    letter(
      9, `${word("OŠ „Vuk Karadžić“, Novi Sad")} <skola.vuk@mail.example.org>`, "skola-1", "Ponuda za šezdeset šolja za maturante",
      "Poštovani,\n\nza maturante nam treba šezdeset šolja sa imenom učenika i grbom škole, najkasnije do mature. Da li radite za škole i kolika je cena sa dostavom u Novi Sad? Možemo da platimo po predračunu.\n\nSrdačan pozdrav,\nMilica Stanković, sekretar škole\n",
    ),
    letter(
      3, "Growth Team <offers@leads.example.net>", "leads-1", "Quick question about your website",
      "Hi,\n\nI was looking at your website and noticed a few things that could bring you more visitors. Do you have ten minutes this week?\n",
    ),
  ];
}

/** Beyond ASCII (RFC 2047). */
function word(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function plain(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\n\n${text}`;
}
