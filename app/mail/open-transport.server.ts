import { hostname } from "node:os";

import type { Env } from "../env.server";
import { openSigner } from "./dkim.server";
import { openOutbox } from "./outbox.server";
import { openSendGrid } from "./sendgrid.server";
import { openSmtp } from "./smtp.server";
import type { Transport } from "./transport";

/** The way out that the settings name: SendGrid, an SMTP relay, or files in the outbox folder. */
export function openTransport(env: Env): Transport {
  if (env.SENDGRID_API_KEY) return openSendGrid({ apiKey: env.SENDGRID_API_KEY, url: env.SENDGRID_URL, batch: env.SENDGRID_BATCH });
  if (env.MAIL_URL && !env.MAIL_URL.startsWith("outbox:")) return openSmtp(env.MAIL_URL, { heloName: hostname(), sign: openSigner(env.DKIM) ?? undefined });
  return openOutbox(env.DATA_DIR);
}
