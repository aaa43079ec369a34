/** Everything that must be right for mail to leave and arrive, looked at now. The settings page and the shell show it. */
import { Resolver } from "node:dns/promises";
import { hostname } from "node:os";

import type { Env } from "../../env.server";
import { checkDomain, type DnsResolver, type Signing } from "./domain.server";
import { type Finding, ok, warning, wrong } from "./finding";
import { readRelays } from "../smtp/relay";
import { checkRelay } from "./relay.server";

type MailEnv = Pick<Env, "MAIL_URL" | "MAIL_FROM" | "SENDGRID_API_KEY" | "SENDGRID_URL" | "SENDGRID_WEBHOOK_KEY" | "LINK_URL" | "BOUNCE_ADDRESS">;

export type CheckOptions = { now: number; dns?: DnsResolver; signings?: readonly Signing[]; deadline?: number };

export async function checkMail(env: MailEnv, options: CheckOptions): Promise<Finding[]> {
  const sender = senderOf(env.MAIL_FROM);
  const dns = options.dns ?? new Resolver({ timeout: 3_000, tries: 1 });
  const parts = await Promise.all([
    wayOut(env, sender, options),
    checkDomain(dns, sender.slice(sender.lastIndexOf("@") + 1).toLowerCase(), options.signings ?? []),
    links(env.LINK_URL),
  ]);
  return parts.flat();
}

async function wayOut(env: MailEnv, sender: string, options: CheckOptions): Promise<Finding[]> {
  if (env.SENDGRID_API_KEY) return [await checkSendGrid(env.SENDGRID_URL, env.SENDGRID_API_KEY, options.deadline ?? 10_000), webhook(env)];
  if (!env.MAIL_URL || env.MAIL_URL.startsWith("outbox:")) return [warning("relay_none")];
  const looks = readRelays(env.MAIL_URL).map((relay) => checkRelay({ relay, heloName: hostname(), sender: env.BOUNCE_ADDRESS ?? sender, now: options.now, deadline: options.deadline }));
  return (await Promise.all(looks)).flat();
}

/** Which scopes a key has is told to the key itself. */
async function checkSendGrid(url: string, key: string, deadline: number): Promise<Finding> {
  try {
    const response = await fetch(`${url}/v3/scopes`, { headers: { Authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(deadline) });
    if (response.status === 401 || response.status === 403) return wrong("sendgrid_refused", { status: response.status });
    if (!response.ok) return wrong("sendgrid_no_answer", { host: new URL(url).host, words: String(response.status) });
    const { scopes } = (await response.json()) as { scopes?: string[] };
    return scopes?.includes("mail.send") ? ok("sendgrid_ok") : wrong("sendgrid_may_not_send");
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return wrong("sendgrid_no_answer", { host: new URL(url).host, words: cause?.code ?? name });
  }
}

/** A key that is none refuses to start; without one SendGrid's reports are not taken. */
function webhook({ SENDGRID_WEBHOOK_KEY }: MailEnv): Finding {
  return SENDGRID_WEBHOOK_KEY ? ok("webhook_ok") : warning("webhook_missing");
}

/** Mail programs unsubscribe over HTTPS only (RFC 8058). */
function links(url: string): Finding[] {
  const { protocol, hostname: host } = new URL(url);
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)) return [warning("links_local", { url })];
  return [protocol === "https:" ? ok("links_ok", { url }) : wrong("links_plain", { url })];
}

function senderOf(mailFrom: string): string {
  return /<([^<>]*)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom.trim();
}
