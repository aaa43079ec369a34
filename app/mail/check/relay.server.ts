/** Looks at an SMTP relay as the sender would meet it: reached, encrypted, certificate, password, what it offers. */
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";

import { Dialogue, NoReply, type Reply } from "./dialogue.server";
import { isLoopback, type Relay } from "../smtp/relay";
import { type Finding, ok, warning, wrong } from "./finding";

export type RelayLook = {
  relay: Relay;
  heloName: string;
  /** The envelope sender that is tried. */
  sender: string;
  now: number;
  /** For each step; ms. */
  deadline?: number;
  /** Certificate authorities (PEM) that are trusted beside the known ones. */
  ca?: string;
};

const SOON = 14 * 86_400_000;

export async function checkRelay({ relay, heloName, sender, now, deadline = 10_000, ca }: RelayLook): Promise<Finding[]> {
  const { host, port, isSecure: secure } = relay;
  const where = { host, port };
  const findings: Finding[] = [];
  let talk: Dialogue;
  try {
    talk = await Dialogue.open({ host, port, deadline, ca }, secure);
  } catch (error) {
    return [unreached(error, where, secure)];
  }
  try {
    const greeting = await talk.reply();
    if (greeting.code !== 220) return [wrong("relay_greeting_refused", { ...where, words: words(greeting) })];
    findings.push(ok("relay_connected", where));
    let offered = await greet(talk, heloName);
    if (!secure && offered.has("STARTTLS")) {
      await talk.say("STARTTLS");
      await talk.startTls();
      offered = await greet(talk, heloName);
    }
    const tls = lookAtTls(talk.tls, relay, now);
    findings.push(tls);
    if (tls.level === "wrong") return findings;
    const auth = await tryLogin(talk, offered, relay.login);
    findings.push(auth);
    if (auth.level === "wrong") return findings;
    findings.push(...features(offered), await trySender(talk, sender));
    talk.end();
    return findings;
  } catch (error) {
    return [...findings, broken(error, where, secure)];
  } finally {
    talk.end();
  }
}

async function greet(talk: Dialogue, heloName: string): Promise<Map<string, string>> {
  const { code, lines } = await talk.say(`EHLO ${heloName}`);
  if (code !== 250) throw new NoReply("garbled", `${code} ${lines.join(" ")}`);
  return new Map(lines.slice(1).map((line) => [line.split(/[ =]/)[0]!.toUpperCase(), line.replace(/^\S+?[ =]/, "")]));
}

// ── reaching it ─────────────────────────────────────────────────────────────────────────────────────────────────────

function unreached(error: unknown, where: { host: string; port: number }, secure: boolean): Finding {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (/^(ENOTFOUND|EAI_|ENODATA)/.test(code)) return wrong("relay_host_unknown", where);
  if (code === "ECONNREFUSED") return wrong("relay_refused", where);
  if (/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return wrong("relay_no_answer", where);
  if (secure) return wrong("tls_failed", { ...where, words: message.slice(0, 200) });
  return wrong("relay_lost", { ...where, words: message.slice(0, 200) });
}

function broken(error: unknown, where: { host: string; port: number }, secure: boolean): Finding {
  if (!(error instanceof NoReply)) return unreached(error, where, true);
  if (error.why === "late") return wrong("relay_no_answer", where);
  if (error.why === "garbled" && !secure) return wrong("relay_not_smtp", { ...where, words: error.said });
  return wrong("relay_lost", { ...where, words: error.said });
}

// ── the certificate ─────────────────────────────────────────────────────────────────────────────────────────────────

function lookAtTls(tls: TLSSocket | null, { host, isVerified, login }: Relay, now: number): Finding {
  if (isLoopback(host) && !isVerified) return ok("tls_local", { host });
  if (!tls) return login ? wrong("tls_required", { host }) : warning("tls_none", { host });
  if (!isVerified) return warning("tls_unverified", { host });
  const certificate = tls.getPeerCertificate();
  const values = { host, protocol: tls.getProtocol() ?? "", subject: nameOf(certificate.subject), issuer: nameOf(certificate.issuer), from: Date.parse(certificate.valid_from), until: Date.parse(certificate.valid_to) };
  const fault = certificateFault(tls, certificate, host, now);
  if (fault) return wrong(fault, values);
  return values.until - now < SOON ? warning("tls_expires_soon", values) : ok("tls_ok", values);
}

function certificateFault(tls: TLSSocket, certificate: PeerCertificate, host: string, now: number): "tls_expired" | "tls_not_yet" | "tls_self_signed" | "tls_unknown_issuer" | "tls_other_host" | null {
  const said = String((tls.authorizationError as { code?: string } | null)?.code ?? tls.authorizationError ?? "");
  if (Date.parse(certificate.valid_to) < now || said === "CERT_HAS_EXPIRED") return "tls_expired";
  if (Date.parse(certificate.valid_from) > now || said === "CERT_NOT_YET_VALID") return "tls_not_yet";
  if (checkServerIdentity(host, certificate)) return "tls_other_host";
  if (/SELF_SIGNED/.test(said) && nameOf(certificate.subject) === nameOf(certificate.issuer)) return "tls_self_signed";
  return tls.authorized ? null : "tls_unknown_issuer";
}

function nameOf(name: PeerCertificate["subject"] | undefined): string {
  const { CN, O } = (name ?? {}) as { CN?: string | string[]; O?: string | string[] };
  return [CN ?? O ?? "?"].flat().join(", ").slice(0, 200);
}

// ── what it lets us do ──────────────────────────────────────────────────────────────────────────────────────────────

async function tryLogin(talk: Dialogue, offered: Map<string, string>, login: Relay["login"]): Promise<Finding> {
  if (!login) return ok("auth_none");
  const { user, password, method } = login;
  const ways = (offered.get("AUTH") ?? "").toUpperCase().split(/\s+/);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  let answer: Reply;
  if (method === "xoauth2") {
    answer = await talk.say(`AUTH XOAUTH2 ${base64(`user=${user}\u0001auth=Bearer ${password}\u0001\u0001`)}`);
    // The reason comes as a challenge, which an empty line answers.
    if (answer.code === 334) answer = await talk.say("");
  } else if (ways.includes("PLAIN")) answer = await talk.say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
  else if (ways.includes("LOGIN")) {
    await talk.say("AUTH LOGIN");
    const asked = await talk.say(base64(user));
    answer = asked.code === 334 ? await talk.say(base64(password)) : asked;
  } else return wrong("auth_not_offered", { user });
  return answer.code === 235 ? ok("auth_ok", { user }) : wrong("auth_refused", { user, words: words(answer) });
}

function features(offered: Map<string, string>): Finding[] {
  const size = Number(offered.get("SIZE")) || 0;
  const names = ["PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN"].filter((name) => offered.has(name));
  return [
    ok("relay_features", { names: names.join(", ") || "–" }),
    ...(offered.has("PIPELINING") ? [] : [warning("relay_no_pipelining")]),
    ...(size > 0 && size < 1_000_000 ? [warning("relay_small", { bytes: size })] : []),
  ];
}

async function trySender(talk: Dialogue, sender: string): Promise<Finding> {
  const answer = await talk.say(`MAIL FROM:<${sender}>`);
  if (answer.code !== 250) return wrong("sender_refused", { sender, words: words(answer) });
  await talk.say("RSET");
  return ok("sender_ok", { sender });
}

function words({ code, lines }: Reply): string {
  return `${code} ${lines.join(" ")}`.slice(0, 300);
}
