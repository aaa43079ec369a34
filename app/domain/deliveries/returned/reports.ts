/** What standard reports say: delivery status (RFC 3464), feedback (RFC 5965), and Amazon's notices in JSON. Pure. */
import { readHeaderLines } from "./incoming-mail";

export type Reported = { address: string | null; action: string; status: string; words: string };

export type DeliveryReport = { recipients: Reported[]; envelopeId: string | null };

/** @returns null when the text holds no block about a recipient */
export function readDeliveryStatus(text: string): DeliveryReport | null {
  const blocks = text.slice(0, 512 * 1024).split(/\r?\n[ \t]*\r?\n/, 2000).map((block) => new Map(readHeaderLines(block.replace(/^\s+/, "")).toReversed().map(({ name, value }) => [name, value] as const)));
  const recipients = blocks.filter((fields) => fields.has("final-recipient") || (fields.has("action") && fields.has("original-recipient"))).slice(0, MOST_RECIPIENTS).map(readRecipient);
  if (recipients.length === 0) return null;
  return { recipients, envelopeId: blocks.find((fields) => fields.has("original-envelope-id"))?.get("original-envelope-id")?.trim() ?? null };
}

const MOST_RECIPIENTS = 500;

function readRecipient(fields: Map<string, string>): Reported {
  const field = (name: string) => fields.get(name) ?? "";
  return {
    // The address that we wrote, where the server forwarded it to another.
    address: addressIn(field("original-recipient")) ?? addressIn(field("final-recipient")) ?? addressIn(field("x-actual-recipient")),
    action: /^[a-z]+/.exec(field("action").trim().toLowerCase())?.[0] ?? "",
    status: /^\s*([245]\.\d{1,3}\.\d{1,3})/.exec(field("status"))?.[1] ?? "",
    words: `${field("diagnostic-code")} ${/\(([^)]*)\)/.exec(field("status"))?.[1] ?? ""}`.trim(),
  };
}

/** `rfc822; somebody@example.com`, `<somebody@example.com>`. */
export function addressIn(value: string): string | null {
  const bare = value.slice(0, 1000).replace(/^\s*[\w-]+\s*;\s*/, "").trim().replace(/^<(.*)>$/, "$1");
  return /^[^\s<>"|/]+@[^\s<>@"]+$/.test(bare) ? bare : null;
}

export type Feedback = { type: string; recipients: string[]; envelopeId: string | null };

export function readFeedbackReport(text: string): Feedback | null {
  const headers = readHeaderLines(text.slice(0, 64 * 1024).replace(/^\s+/, ""));
  const all = (name: string) => headers.filter((header) => header.name === name).map(({ value }) => value);
  const type = all("feedback-type")[0]?.trim().toLowerCase();
  if (!type) return null;
  const recipients = [...all("original-rcpt-to"), ...all("removal-recipient")].flatMap((value) => addressIn(value) ?? []);
  return { type, recipients: [...new Set(recipients)].slice(0, 50), envelopeId: all("original-envelope-id")[0]?.trim() ?? null };
}

/** Of the words of RFC 5965 and 6591: those by which somebody did not want the mail. */
export function isComplaint(feedbackType: string): boolean {
  return ["abuse", "fraud", "opt-out", "opt-out-list", "miscategorized", "unsubscribe"].includes(feedbackType);
}

export type AmazonNotice = { kind: "bounce" | "complaint" | "other"; recipients: Reported[]; messageId: string | null };

/** Amazon SES by way of SNS mail: one JSON text, folded where the line was too long. */
export function readAmazonNotice(text: string): AmazonNotice | null {
  const start = text.indexOf("{");
  if (start < 0 || !/"notificationType"|"eventType"/.test(text.slice(start, start + 5000))) return null;
  const end = text.indexOf("\n--", start);
  const json = parseJson((end < 0 ? text.slice(start) : text.slice(start, end)).slice(0, 256 * 1024).replace(/\r?\n ?/g, ""));
  if (!json) return null;
  const kind = String(json.notificationType ?? json.eventType).toLowerCase();
  const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter((v) => v && typeof v === "object") : []).slice(0, MOST_RECIPIENTS);
  const section = (name: string) => (json[name] && typeof json[name] === "object" ? (json[name] as Record<string, unknown>) : {});
  const mail = section("mail");
  const headers = mail.commonHeaders && typeof mail.commonHeaders === "object" ? (mail.commonHeaders as Record<string, unknown>) : {};
  const messageId = typeof headers.messageId === "string" ? headers.messageId.replace(/^<|>$/g, "") : null;
  if (kind === "complaint") return { kind, messageId, recipients: list(section("complaint").complainedRecipients).map((r) => asReported(r, "")) };
  if (kind !== "bounce") return { kind: "other", messageId, recipients: [] };
  const bounce = section("bounce");
  const words = bounce.bounceSubType === "MailboxFull" ? "mailbox full" : bounce.bounceSubType === "NoEmail" ? "no such user" : "";
  return { kind, messageId, recipients: list(bounce.bouncedRecipients).map((r) => asReported(r, words)) };
}

function asReported(recipient: Record<string, unknown>, words: string): Reported {
  const text = (name: string) => (typeof recipient[name] === "string" ? (recipient[name] as string).slice(0, 4000) : "");
  return { address: addressIn(text("emailAddress")), action: text("action"), status: /^[245]\.\d{1,3}\.\d{1,3}$/.exec(text("status"))?.[0] ?? "", words: `${text("diagnosticCode")} ${words}`.trim() };
}

function parseJson(text: string): Record<string, unknown> | null {
  for (const candidate of [text, text.slice(0, text.lastIndexOf("}") + 1)])
    try {
      const value: unknown = JSON.parse(candidate);
      if (value && typeof value === "object") return value as Record<string, unknown>;
    } catch {
      continue;
    }
  return null;
}
