/** SendGrid's v3 API through @sendgrid/mail: one request per mail. 202 means queued there, not delivered. */
import { Client } from "@sendgrid/client";
import sgMail, { type MailDataRequired, type MailService } from "@sendgrid/mail";

import { oneByOne } from "./one-by-one";
import { mailOf } from "./parcel";
import { checkParcel } from "./unsendable";
import type { Outcome, Parcel, Transport } from "./transport";

export type SendGridOptions = { apiKey: string; url: string; timeout?: number; concurrency?: number };

export function openSendGrid({ apiKey, url, timeout = 30_000, concurrency = 8 }: SendGridOptions): Transport {
  const client = new Client();
  client.setApiKey(apiKey);
  client.setDefaultRequest("baseUrl", url);
  client.setDefaultRequest("timeout" as "url", timeout as never);
  const service = new (sgMail as unknown as { MailService: new () => MailService }).MailService();
  service.setClient(client);
  async function send(parcel: Parcel, commitIntent: () => Promise<boolean>): Promise<Outcome> {
    checkParcel(parcel);
    if (!(await commitIntent())) return { kind: "withdrawn" };
    try {
      const [response] = await service.send(toRequest(parcel));
      const id = response.headers["x-message-id"];
      return { kind: "accepted", code: response.statusCode, words: "202 Accepted: queued by SendGrid", providerId: typeof id === "string" ? id : null };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  return { name: "sendgrid", concurrency, start: (line) => oneByOne(line, concurrency, send) };
}

function toRequest(parcel: Parcel): MailDataRequired {
  const mail = mailOf(parcel);
  return {
    from: { name: mail.from.name, email: mail.from.address },
    ...(mail.replyTo && { replyTo: { name: mail.replyTo.name, email: mail.replyTo.address } }),
    personalizations: [
      { to: [{ name: parcel.to.name || undefined, email: parcel.to.address }], customArgs: { rapport_id: parcel.publicId } },
    ],
    subject: mail.subject,
    content: [
      { type: "text/plain", value: mail.text },
      { type: "text/html", value: mail.html },
    ],
    headers: Object.fromEntries([
      ["Message-ID", `<${parcel.messageId}>`],
      ...mail.headers.map(({ name, value }) => [name, value]),
    ]),
    // We count opens and clicks ourselves, and the unsubscribe link is ours.
    trackingSettings: {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: false },
      subscriptionTracking: { enable: false },
    },
  };
}

/** Before a connection stood, nothing can have been taken. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"]);

function outcomeOf(error: unknown): Outcome {
  const { code, response, message } = error as { code?: number | string; response?: { body?: unknown }; message: string };
  if (typeof code !== "number") {
    const unreachable = NEVER_CONNECTED.has(String(code));
    return unreachable ? { kind: "unreachable", words: `SendGrid: ${code}` } : { kind: "unknown", words: `SendGrid: ${code ?? message}` };
  }
  const words = `${code} ${wordsOf(response?.body)}`.trim();
  if (code === 429) return { kind: "deferred", code, words };
  if (code === 401 || code === 403) return { kind: "unreachable", words };
  if (code >= 400 && code < 500) return { kind: "refused", code, words };
  return { kind: "unknown", words };
}

function wordsOf(body: unknown): string {
  const errors = (body as { errors?: { message?: unknown }[] } | undefined)?.errors;
  return Array.isArray(errors) ? errors.map((e) => String(e.message ?? "")).join("; ").slice(0, 500) : "";
}
