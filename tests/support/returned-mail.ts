/** Mails as servers and people send them back to us. */

let serial = 0;

type Letter = { from: string; subject?: string; text?: string; to?: string; messageId?: string; inReplyTo?: string; headers?: string[]; files?: { name: string; type: string; bytes: Buffer }[] };

export function aLetter({ from, subject = "Re: News", text = "Do you have it in blue?", to = "shop@example.com", inReplyTo, headers = [], files = [], ...given }: Letter): Buffer {
  serial += 1;
  const messageId = given.messageId ?? `letter-${serial}@mail.example.org`;
  const head = [
    `From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: <${messageId}>`, "Date: Mon, 1 Jun 2026 12:00:00 +0200", ...(inReplyTo ? [`In-Reply-To: <${inReplyTo}>`, `References: <${inReplyTo}>`] : []), ...headers, "MIME-Version: 1.0",
  ];
  if (files.length === 0) return Buffer.from([...head, "Content-Type: text/plain; charset=utf-8", "", text, ""].join("\r\n"));
  const parts = files.flatMap(({ name, type, bytes }) => ["--mixed", `Content-Type: ${type}; name="${name}"`, `Content-Disposition: attachment; filename="${name}"`, "Content-Transfer-Encoding: base64", "", bytes.toString("base64").replace(/.{76}/g, "$&\r\n"), ""]);
  return Buffer.from([...head, 'Content-Type: multipart/mixed; boundary="mixed"', "", "--mixed", "Content-Type: text/plain; charset=utf-8", "", text, "", ...parts, "--mixed--", ""].join("\r\n"));
}

type Bounce = { to?: string; about?: string; envelopeId?: string; recipient: string; status?: string; action?: string; diagnostic?: string };

export function aBounce({ to = "bounces@shop.example.com", about, envelopeId, recipient, status = "5.1.1", action = "failed", diagnostic = "smtp; 550 5.1.1 User unknown" }: Bounce): Buffer {
  serial += 1;
  return Buffer.from(
    [
      "Return-Path: <>", "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>", `To: ${to}`, "Subject: Undelivered Mail Returned to Sender", `Message-ID: <bounce-${serial}@mx.example.net>`, "Date: Mon, 1 Jun 2026 12:00:00 +0200", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain", "", `<${recipient}>: ${diagnostic}`, "",
      "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", ...(envelopeId ? [`Original-Envelope-Id: ${envelopeId}`] : []), "", `Final-Recipient: rfc822; ${recipient}`, `Action: ${action}`, `Status: ${status}`, `Diagnostic-Code: ${diagnostic}`, "",
      ...(about ? ["--b", "Content-Type: text/rfc822-headers", "", `Message-ID: <${about}>`, "Subject: News", ""] : []), "--b--", "",
    ].join("\r\n"),
  );
}

export function aComplaint({ about, to = "bounces@shop.example.com" }: { about: string; to?: string }): Buffer {
  serial += 1;
  return Buffer.from(
    [
      "From: feedback@isp.example.net", `To: ${to}`, "Subject: FW: News", `Message-ID: <loop-${serial}@isp.example.net>`, "MIME-Version: 1.0", 'Content-Type: multipart/report; report-type=feedback-report; boundary="f"', "",
      "--f", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "User-Agent: Loop/1", "Version: 1", "", "--f", "Content-Type: text/rfc822-headers", "", `Message-ID: <${about}>`, "", "--f--", "",
    ].join("\r\n"),
  );
}
