/** One mail in one request, through @sendgrid/mail: what customers wait for, and what fits no batch. */
import type { MailDataRequired, MailService } from "@sendgrid/mail";

import { mailOf } from "../parcel";
import type { Outcome, Parcel } from "../transport";
import { checkParcel } from "../unsendable";
import { outcomeOf } from "./answer";
import { mailbox } from "./batch";

export type SendSingle = (parcel: Parcel, commitIntent: () => Promise<boolean>) => Promise<Outcome>;

export function singleSender({ apiKey, url, timeout }: { apiKey: string; url: string; timeout: number }): SendSingle {
  /** Loaded with the first mail: a worker that sends otherwise is spared its memory. */
  let loaded: Promise<MailService> | null = null;
  const load = async (): Promise<MailService> => {
    const [{ default: sgClient }, { default: sgMail }] = await Promise.all([import("@sendgrid/client"), import("@sendgrid/mail")]);
    // Of both packages the export is one instance for all, with its class beside it.
    const client = new (sgClient as unknown as { Client: new () => typeof sgClient }).Client();
    client.setApiKey(apiKey);
    client.setDefaultRequest("baseUrl", url);
    client.setDefaultRequest("timeout" as "url", timeout as never);
    const service = new (sgMail as unknown as { MailService: new () => MailService }).MailService();
    service.setClient(client);
    return service;
  };
  return async (parcel, commitIntent) => {
    checkParcel(parcel);
    const service = await (loaded ??= load());
    if (!(await commitIntent())) return { kind: "withdrawn" };
    try {
      const [response] = await service.send(toRequest(parcel));
      const id = response.headers["x-message-id"];
      return outcomeOf(response.statusCode, null, typeof id === "string" ? id : null);
    } catch (error) {
      const { code, response, message } = error as { code?: number | string; response?: { body?: unknown }; message: string };
      if (typeof code === "number") return outcomeOf(code, response?.body, null);
      return { kind: NEVER_CONNECTED.has(String(code)) ? "unreachable" : "unknown", words: `SendGrid: ${code ?? message}` };
    }
  };
}

/** Before a connection stood, nothing can have been taken. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"]);

function toRequest(parcel: Parcel): MailDataRequired {
  const mail = mailOf(parcel);
  return {
    from: mailbox(mail.from),
    ...(mail.replyTo && { replyTo: mailbox(mail.replyTo) }),
    personalizations: [{ to: [mailbox(parcel.to)], customArgs: { rapport_id: parcel.publicId } }],
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
