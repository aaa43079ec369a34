/** Mails that no standard allows: whatever comes in, something is said of it, soon, and nothing is thrown. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { classify } from "./classify";
import { readMail } from "./read-mail.server";

const DSN = ["From: MAILER-DAEMON@mx.example.net", "Subject: failure", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain", "", "<anna@example.org>: 550 5.1.1 no such user", "", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx", "", "Final-Recipient: rfc822; anna@example.org", "Action: failed", "Status: 5.1.1", "", "--b", "Content-Type: message/rfc822", "", "Message-ID: <m@shop.example.com>", "", "Hi", "--b--"].join("\r\n");
const ARF = ["From: feedback@isp.example.net", "Subject: FW", 'Content-Type: multipart/report; report-type=feedback-report; boundary="f"', "", "--f", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "Original-Rcpt-To: anna@example.org", "", "--f", "Content-Type: text/rfc822-headers", "", "Message-ID: <m@shop.example.com>", "--f--"].join("\r\n");
const PROSE = ["From: Mail Delivery System <x@y.example>", "X-Failed-Recipients: anna@example.org", "Subject: Mail delivery failed", "", "  anna@example.org", "    SMTP error after RCPT TO:<anna@example.org>: 550 no such user"].join("\r\n");
const NOTICE = ["From: no-reply@sns.amazonaws.com", "Subject: AWS", "", '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"a@b.example","status":"5.1.1"}]},"mail":{"commonHeaders":{"messageId":"<m@x>"}}}'].join("\r\n");

type Change = { kind: "cut" | "swap" | "put" | "double"; at: number; to: number; bytes: Uint8Array };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("cut", "swap", "put", "double"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

function changed(raw: Buffer, { kind, at, to, bytes }: Change): Buffer {
  const [a, b] = [Math.floor(Math.min(at, to) * raw.length), Math.floor(Math.max(at, to) * raw.length)];
  if (kind === "cut") return Buffer.concat([raw.subarray(0, a), raw.subarray(b)]);
  if (kind === "swap") return Buffer.concat([raw.subarray(b), raw.subarray(a, b), raw.subarray(0, a)]);
  if (kind === "double") return Buffer.concat([raw.subarray(0, b), raw.subarray(a, b), raw.subarray(b)]);
  return Buffer.concat([raw.subarray(0, a), bytes, raw.subarray(a)]);
}

const EFFECTS = ["hard", "soft", "complaint", "other-feedback", "ignore"];

test("500 broken reports: each is read within a second, and says one of the effects", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(DSN, ARF, PROSE, NOTICE), fc.array(change, { minLength: 1, maxLength: 6 }), async (seed, changes) => {
      const raw = changes.reduce(changed, Buffer.from(seed));
      const begun = performance.now();
      const verdict = classify(await readMail(raw));
      expect(performance.now() - begun).toBeLessThan(1000);
      expect(EFFECTS).toContain(verdict.effect);
      for (const one of verdict.recipients) expect(EFFECTS).toContain(one.effect);
    }),
    { numRuns: 500 },
  );
});

test("a cut report never makes somebody unknown of whom it did not say so", async () => {
  const soft = DSN.replaceAll("5.1.1", "5.2.2").replaceAll("no such user", "mailbox full");
  for (let length = 0; length < soft.length; length += 7) expect(classify(await readMail(Buffer.from(soft.slice(0, length)))).effect).not.toBe("hard");
});

const deep = (levels: number) => {
  const opened = Array.from({ length: levels }, (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`).join("");
  return `From: MAILER-DAEMON@mx.example.net\r\nSubject: failure\r\n${opened}Content-Type: text/plain\r\n\r\n<anna@example.org>: 550 5.1.1 no such user\r\n`;
};

test.each<[string, () => string]>([
  ["nothing at all", () => ""],
  ["10 MB of one line", () => `${PROSE}\r\n${"x".repeat(10_000_000)}`],
  ["10 MB of short lines", () => `${PROSE}\r\n${"a@b.c: 550\r\n".repeat(830_000)}`],
  ["10 MB of one header", () => `From: MAILER-DAEMON@mx.example.net\r\nSubject: ${"=?utf-8?q?=41?= ".repeat(600_000)}\r\n\r\nx`],
  ["a million headers", () => `${"X-A: b\r\n".repeat(1_000_000)}\r\nx`],
  ["10 MB of HTML that opens and never closes", () => `From: anna@example.org\r\nSubject: Re: News\r\nContent-Type: text/html\r\n\r\n${"<div><blockquote><!-- ".repeat(450_000)}`],
  ["HTML of ampersands and links", () => `From: anna@example.org\r\nContent-Type: text/html\r\n\r\n${'<a href="&amp;&lt;'.repeat(200_000)}`],
  ["5,000 multiparts in each other", () => deep(5000)],
  ["100,000 parts", () => `From: MAILER-DAEMON@mx.example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n\r\n".repeat(100_000)}--b--`],
  ["100,000 recipients", () => `${DSN.replace("Action: failed\r\nStatus: 5.1.1\r\n", "Action: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822; b@c.example\r\nAction: failed\r\n".repeat(50_000))}`],
  ["blanks without end", () => `From: MAILER-DAEMON@mx.example.net\r\nSubject: ${" ".repeat(2_000_000)}x\r\n\r\n${" \t".repeat(3_000_000)}@`],
  ["signs of quoting", () => `From: anna@example.org\r\nSubject: Re: x\r\n\r\n${"> ".repeat(2_000_000)}`],
])("%s is read within five seconds", async (_, made) => {
  const raw = Buffer.from(made());
  const begun = performance.now();
  const verdict = classify(await readMail(raw));
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(EFFECTS).toContain(verdict.effect);
  expect(verdict.recipients.length).toBeLessThanOrEqual(500);
});
