import { describe, expect, test } from "vitest";

import { classify } from "./classify";
import { readMail } from "./read-mail.server";

type Given = { from?: string; subject?: string; headers?: string[]; body: string };

/** A mail to our bounce mailbox. */
function mail({ from = "Mail Delivery System <MAILER-DAEMON@mx.example.net>", subject = "Undelivered Mail Returned to Sender", headers = [], body }: Given): Buffer {
  return Buffer.from([`From: ${from}`, "To: bounces@shop.example.com", `Subject: ${subject}`, "Message-ID: <b1@mx.example.net>", ...headers, "", body].join("\r\n"));
}

/** RFC 3464 as postfix writes it. */
function report({ status, action = "failed", diagnostic, prose = "" }: { status: string; action?: string; diagnostic: string; prose?: string }): Buffer {
  return mail({
    headers: ["MIME-Version: 1.0", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "Auto-Submitted: auto-replied"],
    body: [
      "--b", "Content-Type: text/plain", "", "Your message did not arrive.", "", prose, "",
      "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", "Original-Envelope-Id: E-77", "",
      "Final-Recipient: rfc822; anna@example.org", `Action: ${action}`, `Status: ${status}`, `Diagnostic-Code: ${diagnostic}`, "",
      "--b", "Content-Type: message/rfc822", "", "Return-Path: <bounces+1a-xyz@shop.example.com>", "Message-ID: <our-mail@shop.example.com>", "To: anna@example.org", "Subject: News", "", "Hi", "--b--",
    ].join("\r\n"),
  });
}

async function judged(raw: Buffer) {
  const { kind, effect, recipients } = classify(await readMail(raw));
  return { kind, effect, recipients: recipients.map(({ address, effect, status, replyCode, reason }) => [address, effect, status, replyCode, reason]) };
}

describe("a report of RFC 3464", () => {
  test.each([
    ["5.1.1", "failed", "smtp; 550 5.1.1 <anna@example.org>: Recipient address rejected: User unknown in local recipient table", "hard", "userunknown"],
    ["5.0.0", "failed", "smtp; 550-5.1.1 The email account that you tried to reach does not exist", "hard", "userunknown"],
    ["5.1.10", "failed", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard", "userunknown"],
    ["5.4.4", "failed", "X-Postfix; Host or domain name not found. Name service error for name=exmaple.org type=AAAA: Host not found", "hard", "hostunknown"],
    ["5.1.6", "failed", "smtp; 551 5.1.6 anna has moved", "hard", "hasmoved"],
    ["5.1.0", "failed", "smtp; 556 5.1.10 Recipient address has null MX", "hard", "notaccept"],
    ["5.2.2", "failed", "smtp; 552 5.2.2 Mailbox full", "soft", "mailboxfull"],
    ["5.1.1", "failed", "smtp; 550 5.1.1 User is over quota", "soft", "mailboxfull"],
    ["4.3.0", "failed", "x-unix; Disk quota exceeded", "soft", "mailboxfull"],
    ["5.2.1", "failed", "smtp; 550 5.2.1 The email account that you tried to reach is disabled", "soft", "suspend"],
    ["5.7.1", "failed", "smtp; 550 5.7.1 Service unavailable, client host [192.0.2.1] blocked using a list", "soft", "blocked"],
    ["5.1.1", "failed", "smtp; 550 5.1.1 Your IP is on a block list", "soft", "blocked"],
    ["5.7.26", "failed", "smtp; 550-5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", "soft", "authfailure"],
    ["5.0.0", "failed", "smtp; 550 user unknown", "soft", "filtered"],
    ["4.4.4", "failed", "X-Postfix; Host or domain name not found. Name service error for name=example.org type=MX: Host not found, try again", "soft", "networkerror"],
    ["4.1.1", "delayed", "smtp; 450 4.1.1 User unknown for now", "soft", "expired"],
    ["5.1.1", "delayed", "smtp; 550 5.1.1 User unknown", "soft", "expired"],
    ["2.0.0", "delivered", "smtp; 250 ok", "ignore", "delivered"],
    ["2.0.0", "relayed", "smtp; 250 ok", "ignore", "delivered"],
  ])("%s %s: %s → %s", async (status, action, diagnostic, effect, reason) => {
    const found = await judged(report({ status, action, diagnostic }));
    expect(found).toMatchObject({ kind: "bounce", effect });
    expect(found.recipients.map((one) => one.at(-1))).toEqual([reason]);
  });

  test("an answer to RCPT speaks of the mailbox; the same words after DATA speak of the mail", async () => {
    const told = (prose: string) => judged(report({ status: "5.0.0", diagnostic: "smtp; 550 unknown user", prose }));
    expect((await told("<anna@example.org>: host mx.example.org said: 550 unknown user (in reply to RCPT TO command)")).effect).toBe("hard");
    expect((await told("<anna@example.org>: host mx.example.org said: 550 unknown user (in reply to end of DATA command)")).effect).toBe("soft");
  });

  test("what the prose says counts where the report is silent", async () => {
    const found = await judged(report({ status: "5.0.0", diagnostic: "", prose: "Your message wasn't delivered to anna@example.org because the address couldn't be found." }));
    expect(found.effect).toBe("hard");
  });

  test("a host name that sounds like a reason is none", async () => {
    const found = await judged(report({ status: "5.1.1", diagnostic: "smtp; 550 5.1.1 host spam-block.quota.example.org: no such user" }));
    expect(found.effect).toBe("hard");
  });

  test("says which mail of ours it is about", async () => {
    const { about } = classify(await readMail(report({ status: "5.1.1", diagnostic: "smtp; 550 5.1.1 no such user" })));
    expect(about.messageIds).toEqual(["our-mail@shop.example.com"]);
    expect(about.addresses).toContain("bounces+1a-xyz@shop.example.com");
    expect(about.envelopeId).toBe("E-77");
  });
});

describe("a bounce in prose", () => {
  test.each<[string, Given, string, (string | null)[]]>([
    ["exim, after RCPT", { headers: ["X-Failed-Recipients: anna@example.org", "Auto-Submitted: auto-replied"], body: "A message that you sent could not be delivered. This is a permanent error:\r\n\r\n  anna@example.org\r\n    SMTP error from remote mail server after RCPT TO:<anna@example.org>:\r\n    host mx.example.org [192.0.2.4]: 550 No such user here\r\n\r\n------ This is a copy of the message ------\r\n\r\nReturn-path: <bounces@shop.example.com>" }, "hard", ["anna@example.org"]],
    ["exim, unrouteable", { headers: ["X-Failed-Recipients: anna@exmaple.org"], body: "This is a permanent error. The following address failed:\r\n\r\n  anna@exmaple.org\r\n    Unrouteable address\r\n" }, "hard", ["anna@exmaple.org"]],
    ["qmail", { subject: "failure notice", body: "Hi. This is the qmail-send program.\r\n\r\n<anna@example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <our-mail@shop.example.com>" }, "hard", ["anna@example.org"]],
    ["gmail", { subject: "Delivery Status Notification (Failure)", headers: ["X-Failed-Recipients: anna@example.org"], body: "Delivery to the following recipient failed permanently:\r\n\r\n     anna@example.org\r\n\r\nTechnical details of permanent failure:\r\nThe error that the other server returned was: 550 Unknown user anna@example.org (state 14).\r\n" }, "hard", ["anna@example.org"]],
    ["gmail, filtered", { headers: ["X-Failed-Recipients: anna@example.org"], body: "Delivery failed permanently:\r\n\r\n     anna@example.org\r\n\r\nThe error that the other server returned was: 550 Unknown user (state 17).\r\n" }, "soft", ["anna@example.org"]],
    ["Exchange", { from: "postmaster@example.org", subject: "Undeliverable: News", body: "Delivery has failed to these recipients:\r\n\r\nanna@example.org<mailto:anna@example.org>\r\nThe e-mail address could not be found.\r\n\r\nanna@example.org\r\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'\r\n\r\nOriginal message headers:\r\n\r\nMessage-ID: <our-mail@shop.example.com>" }, "hard", ["anna@example.org"]],
    ["sendmail", { subject: "Returned mail: see transcript for details", body: "   ----- The following addresses had permanent fatal errors -----\r\n<anna@example.org>\r\n    (reason: 550 Invalid recipient)\r\n\r\n   ----- Transcript of session follows -----\r\n>>> RCPT To:<anna@example.org>\r\n<<< 550 Invalid recipient\r\n" }, "hard", ["anna@example.org"]],
    ["two people, one of them full", { subject: "failure notice", body: "<anna@example.org>:\r\n192.0.2.4 does not like recipient.\r\nRemote host said: 550 5.1.1 User unknown\r\n\r\n<jan@example.org>:\r\nRemote host said: 552 5.2.2 Mailbox full\r\n" }, "hard", ["anna@example.org", "jan@example.org"]],
    ["an address in quotes, GMX", { body: "The following address failed:\r\n\r\n\"anna@example.org\":\r\nSMTP error from remote server after RCPT command:\r\n5.1.1 no such mailbox\r\n" }, "hard", ["anna@example.org"]],
    ["Domino", { from: "Postmaster@example.org", subject: "DELIVERY FAILURE: User not listed", body: "was not delivered to:\r\n\r\n  anna@example.org\r\n\r\nbecause:\r\n\r\n  User Anna (anna@example.org) not listed in Domino Directory\r\n" }, "hard", ["anna@example.org"]],
    ["one line", { from: "postmaster@example.org", subject: "Undeliverable Mail", body: "Unknown user: anna@example.org\r\n\r\nOriginal message follows.\r\n\r\nReceived: from shop" }, "hard", ["anna@example.org"]],
    ["Exchange of old", { from: "System Administrator <postmaster@example.org>", subject: "Undeliverable", body: "did not reach the following recipient(s):\r\n\r\nanna@example.org on Thu, 29 Apr 2010\r\n    The recipient name is not recognized\r\n" }, "hard", ["anna@example.org"]],
    ["James", { from: "post_master@example.org", subject: "Re:News", headers: ["In-Reply-To: <our-mail@shop.example.com>"], body: "Error message below:\r\n550 - no such user here\r\n\r\nMessage details:\r\n  RCPT TO: anna@example.org\r\n" }, "soft", ["anna@example.org"]],
    ["a warning", { subject: "Warning: message delayed 24 hours", body: "The address to which the message has not yet been delivered is:\r\n\r\n  anna@example.org\r\n    Delay reason: 450 4.1.1 user unknown\r\n\r\nDelivery attempts will continue for some time." }, "soft", ["anna@example.org"]],
    ["a full mailbox", { body: "<anna@example.org>: Die Mailbox ist voll (mailbox full)" }, "soft", ["anna@example.org"]],
    ["words that nobody knows", { body: "<anna@example.org>: computer says no" }, "soft", ["anna@example.org"]],
    ["nobody named", { body: "Something went wrong." }, "soft", [null]],
  ])("%s", async (_, given, effect, addresses) => {
    const found = await judged(mail(given));
    expect(found).toMatchObject({ kind: "bounce", effect });
    expect(found.recipients.map(([address]) => address)).toEqual(addresses);
  });
});

describe("a feedback report of RFC 5965", () => {
  const feedback = (type: string, extra = "Original-Rcpt-To: anna@example.org") =>
    mail({
      from: "feedback@isp.example.net", subject: "FW: News", headers: ["MIME-Version: 1.0", 'Content-Type: multipart/report; report-type=feedback-report; boundary="b"'],
      body: ["--b", "Content-Type: text/plain", "", "An abuse report.", "--b", "Content-Type: message/feedback-report", "", `Feedback-Type: ${type}`, "User-Agent: Loop/1", "Version: 1", extra, "", "--b", "Content-Type: text/rfc822-headers", "", "Message-ID: <our-mail@shop.example.com>", "To: jan@example.org", "--b--"].join("\r\n"),
    });

  test.each([["abuse", "complaint"], ["fraud", "complaint"], ["opt-out", "complaint"], ["not-spam", "other-feedback"], ["virus", "other-feedback"], ["auth-failure", "other-feedback"], ["dmarc-new", "other-feedback"]])("%s → %s", async (type, effect) => {
    const verdict = classify(await readMail(feedback(type)));
    expect(verdict).toMatchObject({ kind: "feedback", effect, recipients: [{ address: "anna@example.org", feedbackType: type }] });
    expect(verdict.about.messageIds).toEqual(["our-mail@shop.example.com"]);
  });

  test("without a named recipient it is whom the mail went to", async () => {
    expect((await judged(feedback("abuse", "Source-IP: 192.0.2.1"))).recipients[0]?.[0]).toBe("jan@example.org");
  });

  test("Amazon's notice in JSON", async () => {
    const body = JSON.stringify({ notificationType: "Complaint", complaint: { complainedRecipients: [{ emailAddress: "anna@example.org" }] }, mail: { commonHeaders: { messageId: "<our-mail@shop.example.com>" } } });
    const folded = body.replace("complainedRecipients", "complained\r\n Recipients");
    expect(await judged(mail({ from: "no-reply@sns.amazonaws.com", subject: "AWS Notification Message", body: folded }))).toMatchObject({ effect: "complaint", recipients: [["anna@example.org", "complaint", "", "", "feedback"]] });
    const bounce = (bounceSubType: string) => JSON.stringify({ notificationType: "Bounce", bounce: { bounceSubType, bouncedRecipients: [{ emailAddress: "anna@example.org", action: "failed", status: bounceSubType === "General" ? "5.1.1" : "" }] }, mail: {} });
    const told = async (kind: string) => (await judged(mail({ from: "no-reply@sns.amazonaws.com", subject: "AWS Notification Message", body: bounce(kind) }))).effect;
    expect([await told("General"), await told("NoEmail"), await told("MailboxFull")]).toEqual(["hard", "hard", "soft"]);
  });
});

describe("an automatic answer", () => {
  const away = (subject: string, headers: string[] = []) => judged(mail({ from: "Anna <anna@example.org>", subject, headers, body: "My mailbox is full and anna@example.org: 550 5.1.1 user unknown. Write to jan@example.org." }));

  test.each([
    "Automatic reply: News", "Auto: News", "Auto-Reply: News", "Out of Office: News", "[External] Out of the office", "Automatische Antwort: News", "Abwesenheitsnotiz: News", "Odpowiedź automatyczna: News", "Autoodpowiedź: News",
    "Poza biurem do piątku", "Automatski odgovor: News", "Аутоматски одговор: News", "Réponse automatique : News", "Respuesta automática: News", "Risposta automatica: News", "Автоматический ответ: News",
  ])("%s leads to nothing, whatever its text says", async (subject) => {
    expect(await away(subject, ["Return-Path: <>"])).toMatchObject({ kind: "auto-reply", effect: "ignore", recipients: [["anna@example.org", "ignore", "", "", "vacation"]] });
  });

  test.each(["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; x=y", "X-Autoreply: yes", "Precedence: auto_reply", "X-Apple-Action: VACATION/1"])("%s", async (header) => {
    expect(await away("Re: News", [header])).toMatchObject({ kind: "auto-reply", effect: "ignore" });
  });

  test("a person who writes about one is a person", async () => {
    for (const subject of ["Re: Out of office chairs", "Question about your automatic reply", "Undeliverable parcel"]) expect(await away(subject), subject).toMatchObject({ kind: "message", effect: "ignore", recipients: [] });
    for (const header of ["Auto-Submitted: no", "Precedence: list"]) expect(await away("Re: News", [header]), header).toMatchObject({ kind: "message" });
  });

  test("one from a postmaster is not taken for a bounce", async () => {
    expect(await judged(mail({ from: "postmaster@example.org", subject: "Out of office: News", body: "<anna@example.org>: 550 5.1.1 user unknown" }))).toMatchObject({ kind: "auto-reply", effect: "ignore" });
  });
});
