/** Reports as servers write them, with pieces cut out, swapped, doubled and random bytes put in. */
import fc from "fast-check";

const DSN = ["From: MAILER-DAEMON@mx.example.net", "Subject: failure", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain", "", "<anna@example.org>: 550 5.1.1 no such user", "", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx", "", "Final-Recipient: rfc822; anna@example.org", "Action: failed", "Status: 5.1.1", "", "--b", "Content-Type: message/rfc822", "", "Message-ID: <m@shop.example.com>", "", "Hi", "--b--"].join("\r\n");
const ARF = ["From: feedback@isp.example.net", "Subject: FW", 'Content-Type: multipart/report; report-type=feedback-report; boundary="f"', "", "--f", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "Original-Rcpt-To: anna@example.org", "", "--f", "Content-Type: text/rfc822-headers", "", "Message-ID: <m@shop.example.com>", "--f--"].join("\r\n");
const PROSE = ["From: Mail Delivery System <x@y.example>", "X-Failed-Recipients: anna@example.org", "Subject: Mail delivery failed", "", "  anna@example.org", "    SMTP error after RCPT TO:<anna@example.org>: 550 no such user"].join("\r\n");
const NOTICE = ["From: no-reply@sns.amazonaws.com", "Subject: AWS", "", '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"a@b.example","status":"5.1.1"}]},"mail":{"commonHeaders":{"messageId":"<m@x>"}}}'].join("\r\n");

/** Whole, as they begin. */
export const REPORTS = { dsn: DSN, arf: ARF, prose: PROSE, notice: NOTICE };

type Change = { kind: "cut" | "swap" | "put" | "double"; at: number; to: number; bytes: Uint8Array };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("cut", "swap", "put", "double"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

export const brokenMail: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom(...Object.values(REPORTS)), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([report, changes]) => changes.reduce(changed, Buffer.from(report)));

function changed(raw: Buffer, { kind, at, to, bytes }: Change): Buffer {
  const [a, b] = [Math.floor(Math.min(at, to) * raw.length), Math.floor(Math.max(at, to) * raw.length)];
  if (kind === "cut") return Buffer.concat([raw.subarray(0, a), raw.subarray(b)]);
  if (kind === "swap") return Buffer.concat([raw.subarray(b), raw.subarray(a, b), raw.subarray(0, a)]);
  if (kind === "double") return Buffer.concat([raw.subarray(0, b), raw.subarray(a, b), raw.subarray(b)]);
  return Buffer.concat([raw.subarray(0, a), bytes, raw.subarray(a)]);
}
