/** Mails that no standard allows: whatever comes in, something is said of it, soon, and nothing is thrown. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { brokenMail, REPORTS } from "../../../../tests/support/broken-mail";
import { classify } from "./classify";
import { readMail } from "./read-mail.server";

const { dsn: DSN, prose: PROSE } = REPORTS;
const EFFECTS = ["hard", "soft", "complaint", "other-feedback", "ignore"];

test("500 broken reports: each is read within a second, and says one of the effects", async () => {
  await fc.assert(
    fc.asyncProperty(brokenMail, async (raw) => {
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
  ["8,000 parts of long lines", () => `From: MAILER-DAEMON@mx.example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\nContent-Type: message/delivery-status; name=${"n".repeat(100)}\r\n\r\n${"t".repeat(100)}\r\n`.repeat(8_000)}--b--`],
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
