/** What a look at the mail settings found: one line of the settings page, and of `rapport mail doctor`. */

export type Level = "ok" | "warning" | "wrong";

/** Each is a message `mailSettings.findings.<key>`, and where something is to be done `mailSettings.advice.<key>`. */
export const FINDINGS = [
  "relay_none", "relay_connected", "relay_host_unknown", "relay_refused", "relay_no_answer", "relay_not_smtp", "relay_greeting_refused",
  "relay_lost", "relay_features", "relay_no_pipelining", "relay_small",
  "tls_ok", "tls_none", "tls_local", "tls_required", "tls_failed", "tls_expired", "tls_not_yet", "tls_self_signed", "tls_unknown_issuer",
  "tls_other_host", "tls_expires_soon", "tls_unverified",
  "auth_ok", "auth_none", "auth_refused", "auth_not_offered",
  "sender_ok", "sender_refused",
  "sendgrid_ok", "sendgrid_refused", "sendgrid_may_not_send", "sendgrid_no_answer",
  "webhook_ok", "webhook_missing",
  "domain_example", "dns_no_answer", "spf_ok", "spf_missing", "spf_many", "spf_open",
  "dkim_ok", "dkim_missing", "dkim_other_key", "dkim_elsewhere",
  "dmarc_ok", "dmarc_missing", "dmarc_none", "mx_ok", "mx_missing",
  "links_ok", "links_plain", "links_local",
  "mailbox_ok", "mailbox_none", "mailbox_wrong",
  "senders_stuck", "held",
] as const;
export type FindingKey = (typeof FINDINGS)[number];

/** `values` are shown to administrators: hosts, certificate names, a server's words; never a secret. */
export type Finding = { key: FindingKey; level: Level; values: Record<string, string | number> };

export const ok = (key: FindingKey, values: Finding["values"] = {}): Finding => ({ key, level: "ok", values });
export const warning = (key: FindingKey, values: Finding["values"] = {}): Finding => ({ key, level: "warning", values });
export const wrong = (key: FindingKey, values: Finding["values"] = {}): Finding => ({ key, level: "wrong", values });

/** The worst of them. */
export function levelOf(findings: readonly Finding[]): Level {
  return findings.some((one) => one.level === "wrong") ? "wrong" : findings.some((one) => one.level === "warning") ? "warning" : "ok";
}
