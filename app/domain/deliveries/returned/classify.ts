/**
 * What a mail that came in is: a bounce, a note of delay, a complaint by feedback report, an automatic answer, or what a
 * person wrote; and for each recipient that it speaks of, what follows. Pure; takes any input.
 */
import { isAutoReply } from "./auto-reply";
import { replyCodeIn, commandIn, readTextReport, statusIn } from "./free-text";
import { headerOf, headersOf, messageIdsIn, readHeaderLines, type IncomingMail } from "./incoming-mail";
import { isHardReason, reasonOf, type Reason } from "./reasons";
import { addressIn, isComplaint, readAmazonNotice, readDeliveryStatus, readFeedbackReport, type Reported } from "./reports";

export type Effect = "hard" | "soft" | "complaint" | "other-feedback" | "ignore";

export type ReturnedRecipient = {
  /** Null when the report names nobody (a complaint may hide who complained). */
  address: string | null;
  effect: Effect;
  status: string;
  replyCode: string;
  reason: Reason;
  feedbackType: string | null;
  /** Its server goes on trying, or passed it on: no bounce yet. */
  isUnderWay: boolean;
  words: string;
};

export type Verdict = {
  kind: "bounce" | "feedback" | "auto-reply" | "message";
  /** The gravest of its recipients'. */
  effect: Effect;
  recipients: ReturnedRecipient[];
  /** What tells which mail of ours it is about. */
  about: { messageIds: string[]; addresses: string[]; envelopeId: string | null };
};

export function classify(mail: IncomingMail): Verdict {
  const verdict = feedback(mail) ?? amazon(mail) ?? deliveryReport(mail) ?? prose(mail);
  if (verdict) return verdict;
  return { kind: isAutoReply(mail) ? "auto-reply" : "message", effect: "ignore", recipients: autoReplier(mail), about: about(mail, null) };
}

const GRAVITY: Effect[] = ["hard", "complaint", "soft", "other-feedback", "ignore"];

function verdictOf(mail: IncomingMail, kind: Verdict["kind"], recipients: ReturnedRecipient[], envelopeId: string | null): Verdict {
  return { kind, effect: GRAVITY.find((effect) => recipients.some((one) => one.effect === effect)) ?? "ignore", recipients, about: about(mail, envelopeId) };
}

function autoReplier(mail: IncomingMail): ReturnedRecipient[] {
  if (!isAutoReply(mail)) return [];
  return [{ address: mail.from?.address ?? null, effect: "ignore", status: "", replyCode: "", reason: "vacation", feedbackType: null, isUnderWay: false, words: mail.subject.slice(0, 300) }];
}

// ── feedback ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function feedback(mail: IncomingMail): Verdict | null {
  const part = mail.parts.find(({ type }) => type === "message/feedback-report");
  const isReport = /report-type="?feedback-report/i.test(headerOf(mail, "content-type"));
  const report = part ? readFeedbackReport(asText(part.bytes)) : isReport ? readFeedbackReport(from(mail.text, /^feedback-type:/im)) : null;
  if (report) return complaints(mail, report.type, report.recipients, report.envelopeId);
  // Microsoft's loop forwards the mail whole and says nothing else.
  if (mail.from?.address.toLowerCase() === "staff@hotmail.com" && /^\s*complaint about message/i.test(mail.subject)) return complaints(mail, "abuse", [], null);
  return null;
}

function complaints(mail: IncomingMail, type: string, named: string[], envelopeId: string | null): Verdict {
  const to = returnedHeaders(mail).filter(({ name }) => name === "to" || name === "x-hmxmroriginalrecipient").flatMap(({ value }) => addressesIn(value));
  const recipients = named.length ? named : [to[0] ?? null];
  const effect: Effect = isComplaint(type) ? "complaint" : "other-feedback";
  return verdictOf(mail, "feedback", recipients.map((address) => ({ address, effect, status: "", replyCode: "", reason: "feedback" as const, feedbackType: type, isUnderWay: false, words: "" })), envelopeId);
}

function amazon(mail: IncomingMail): Verdict | null {
  const notice = /@(?:sns\.amazonaws\.com|[\w.-]*amazonses\.com)$/i.test(mail.from?.address ?? "") ? readAmazonNotice(mail.text) : null;
  if (!notice || notice.kind === "other") return null;
  const { kind, recipients, messageId } = notice;
  const verdict = kind === "complaint" ? complaints(mail, "abuse", recipients.flatMap(({ address }) => address ?? []), null) : verdictOf(mail, "bounce", recipients.map((one) => judge(one, "")), null);
  if (messageId) verdict.about.messageIds.unshift(messageId);
  return verdict;
}

// ── bounces ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function deliveryReport(mail: IncomingMail): Verdict | null {
  const parts = mail.parts.filter(({ type }) => type === "message/delivery-status" || type === "message/global-delivery-status");
  const isReport = parts.length > 0 || /report-type="?delivery-status/i.test(headerOf(mail, "content-type")) || isFromServer(mail);
  if (!isReport) return null;
  const texts = [...parts.map(({ bytes }) => asText(bytes)), from(mail.text, /^(?:reporting-mta|original-recipient|final-recipient):/im)];
  const report = texts.map(readDeliveryStatus).find((found) => found !== null) ?? null;
  if (!report) return null;
  const failed = failedRecipients(mail);
  // The prose beside the report says which command was answered, and sometimes more than the report itself.
  const prose = readTextReport(mail.text, failed, ownAddresses(mail));
  const recipients = report.recipients.map((one) => {
    const beside = prose.recipients.find(({ address }) => sameAddress(address, one.address));
    const only = report.recipients.length === 1;
    const told = { ...one, address: one.address ?? (only ? (failed[0] ?? prose.recipients[0]?.address ?? null) : null), words: one.words || beside?.words || (only ? prose.recipients[0]?.words : "") || "" };
    return judge(told, commandIn(told.words) || beside?.command || prose.command);
  });
  return verdictOf(mail, "bounce", recipients, report.envelopeId);
}

function prose(mail: IncomingMail): Verdict | null {
  const failed = failedRecipients(mail);
  const fromServer = isFromServer(mail) || failed.length > 0;
  if (!fromServer && (isAutoReply(mail) || !looksReturned(mail))) return null;
  const report = readTextReport(mail.text, failed, ownAddresses(mail));
  const recipients = report.recipients.map((one) => judge(report.isDelay && !one.action ? { ...one, action: "delayed" } : one, one.command || report.command));
  if (recipients.length) return verdictOf(mail, "bounce", recipients, null);
  if (!fromServer || isAutoReply({ headers: [], subject: mail.subject })) return null;
  // A server's word that names nobody: which mail it is about may still be known from its envelope.
  const told = judge({ address: null, action: report.isDelay ? "delayed" : "", status: "", words: mail.text.slice(0, 2000) }, report.command);
  return verdictOf(mail, "bounce", [told], null);
}

function judge(one: Reported, command: string): ReturnedRecipient {
  const inWords = statusIn(one.words);
  const status = !one.status || (/\.0\.0$/.test(one.status) && inWords) ? inWords || one.status : one.status;
  const replyCode = replyCodeIn(one.words);
  const reason = reasonOf({ status, replyCode, command, action: one.action, words: one.words });
  const effect: Effect = reason === "delivered" ? "ignore" : isHardReason(reason) ? "hard" : "soft";
  return { address: one.address, effect, status, replyCode, reason, feedbackType: null, isUnderWay: ["delayed", "relayed", "expanded"].includes(one.action), words: one.words.replace(/\s+/g, " ").slice(0, 500) };
}

function isFromServer(mail: IncomingMail): boolean {
  const from = mail.from?.address.toLowerCase() ?? headerOf(mail, "from").toLowerCase();
  if (/^(?:mailer-?daemon|p?o+st_?master|mail-?daemon|mdaemon|smtp-?daemon)\b/.test(from.replace(/^.*</, "").trim())) return !isAutoReply({ headers: [], subject: mail.subject });
  return /mail delivery (?:sub)?system|mail delivery service|mailer-daemon/i.test(`${mail.from?.name ?? ""} ${mail.from ? "" : from}`);
}

function looksReturned(mail: IncomingMail): boolean {
  const nullSender = /^\s*<>\s*$/.test(headerOf(mail, "return-path"));
  const subject = /^(?:undeliver|delivery status notification|delivery (?:has )?fail|failure notice|returned mail|mail (?:delivery )?fail|mail system error|undelivered mail|nondeliverable|non recapitabile|unzustellbar|nicht zustellbar|niedostarczon|warning: message|delayed mail|delivery (?:delay|notification)|permanent delivery failure|message undeliverable)/i.test(mail.subject.trim());
  return subject && (nullSender || /(?:remote server returned|delivery (?:has )?failed|could not be delivered|couldn't be delivered|was undeliverable|failed permanently|permanent error|host said)/i.test(mail.text.slice(0, 20_000)));
}

function failedRecipients(mail: IncomingMail): string[] {
  const named = [...headersOf(mail, "x-failed-recipients"), ...headersOf(mail, "x-bounced-address")].flatMap((value) => value.slice(0, 8000).split(/[,\s]+/));
  return [...new Set(named.flatMap((value) => addressIn(value) ?? []))].slice(0, 500);
}

/** Our own addresses: reports name the sender too. */
function ownAddresses(mail: IncomingMail): ReadonlySet<string> {
  const server = mail.from?.address.toLowerCase() ?? "";
  return new Set([...mail.to.map((address) => address.toLowerCase()), server]);
}

// ── which mail of ours ───────────────────────────────────────────────────────────────────────────────────────────────

function about(mail: IncomingMail, envelopeId: string | null): Verdict["about"] {
  const returned = returnedHeaders(mail);
  const of = (name: string) => returned.filter((header) => header.name === name).map(({ value }) => value);
  const messageIds = [...of("message-id").flatMap(messageIdsIn), ...mail.answersTo];
  const addresses = [...mail.to, ...of("return-path").flatMap(addressesIn), ...of("x-envelope-from").flatMap(addressesIn)];
  return { messageIds: [...new Set(messageIds)].slice(0, 50), addresses: [...new Set(addresses)].slice(0, 200), envelopeId };
}

/** The headers of the mail that came back: as a part of its own, or copied into the text. */
function returnedHeaders(mail: IncomingMail): { name: string; value: string }[] {
  const part = mail.parts.find(({ type }) => /^(?:message\/(?:rfc822|global|partial)|text\/rfc822-?headers?|message\/global-headers)$/.test(type));
  if (part) return readHeaderLines(asText(part.bytes).replace(/^\s+/, ""));
  const at = /^(?:return-path|received|message-id|x-[\w-]+|dkim-signature|from|to|subject|date):/im;
  const behind = mail.text.slice(mail.text.search(/^(?:-{2,}|\|-|original message headers)[^\r\n]*\r?$/im) + 1 || 0);
  return readHeaderLines(from(behind, at));
}

function addressesIn(value: string): string[] {
  return [...value.slice(0, 8000).matchAll(/[^\s<>,;"()]{1,250}@[^\s<>,;"()]{1,250}/g)].map((match) => match[0]);
}

/** The text from the first match on, or nothing. */
function from(text: string, start: RegExp): string {
  const at = text.search(start);
  return at < 0 ? "" : text.slice(at);
}

function sameAddress(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

const decoder = new TextDecoder("utf-8");

function asText(bytes: Uint8Array): string {
  return decoder.decode(bytes.subarray(0, 512 * 1024));
}
