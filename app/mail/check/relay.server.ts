/** Looks at an SMTP relay as the sender would meet it: reached, encrypted, certificate, password, what it offers. */
import type { Socket } from "node:net";
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";

import { isLoopback, type Relay } from "../smtp/relay";
import { BadReply, type Reply } from "../smtp/reply";
import { type Capabilities, NoSession, Session, within } from "../smtp/session.server";
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

class Late extends Error {
  code = "ETIMEDOUT";
}

export async function checkRelay(look: RelayLook): Promise<Finding[]> {
  const { relay, deadline = 10_000, ca } = look;
  const where = { host: relay.host, port: relay.port };
  const findings: Finding[] = [];
  const step = <T>(work: Promise<T>) => within(deadline, work, () => new Late("no answer"));
  // The certificate is looked at afterwards, so that what is wrong with it can be said.
  const unverified = { ...relay, isVerified: false };
  let socket: Socket | null = null;
  let session: Session;
  try {
    session = await step(Session.reach(unverified, { ca, pending: (opening) => (socket = opening) }));
  } catch (error) {
    (socket as Socket | null)?.on("error", () => undefined).destroy();
    return [unreached(error, where, relay.isSecure)];
  }
  try {
    await converse(session, look, unverified, step, findings);
    session.quit();
  } catch (error) {
    session.drop();
    findings.push(broken(error, where, relay.isSecure));
  }
  return findings;
}

/** As far as it goes: each finding is there as soon as it is known, and one that is wrong is the last. */
async function converse(session: Session, { relay, heloName, sender, now, ca }: RelayLook, unverified: Relay, step: <T>(work: Promise<T>) => Promise<T>, findings: Finding[]): Promise<void> {
  const where = { host: relay.host, port: relay.port };
  const greeting = await step(session.greeting());
  if (greeting.code !== 220) return void findings.push(wrong("relay_greeting_refused", { ...where, words: words(greeting) }));
  findings.push(ok("relay_connected", where));
  await step(session.hello(heloName));
  if (!relay.isSecure && session.capabilities.startTls) {
    await step(session.startTls(unverified, ca));
    await step(session.hello(heloName));
  }
  const tls = lookAtTls(session.tls, relay, now);
  findings.push(tls);
  if (tls.level === "wrong") return;
  const auth = await tryLogin(session, relay.login, step);
  findings.push(auth);
  if (auth.level === "wrong") return;
  findings.push(...features(session.capabilities), await step(trySender(session, sender)));
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
  if (error instanceof Late) return wrong("relay_no_answer", where);
  if (error instanceof NoSession && error.step === "tls") return wrong("tls_failed", { ...where, words: asText(error.message) });
  if (error instanceof NoSession || error instanceof BadReply) {
    const said = error instanceof BadReply ? asText(error.said || error.message) : words(error.reply);
    return wrong(secure ? "relay_lost" : "relay_not_smtp", { ...where, words: said });
  }
  return wrong("relay_lost", { ...where, words: (error as Error).message.slice(0, 200) });
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

async function tryLogin(session: Session, login: Relay["login"], step: <T>(work: Promise<T>) => Promise<T>): Promise<Finding> {
  if (!login) return ok("auth_none");
  const { user, method } = login;
  const { auth } = session.capabilities;
  if (method === "password" && !auth.includes("PLAIN") && !auth.includes("LOGIN")) return wrong("auth_not_offered", { user });
  const answer = await step(session.logIn(login));
  return answer.code === 235 ? ok("auth_ok", { user }) : wrong("auth_refused", { user, words: words(answer) });
}

function features({ pipelining, size, eightBitMime, smtpUtf8, dsn }: Capabilities): Finding[] {
  const offered = { PIPELINING: pipelining, SIZE: size !== null, "8BITMIME": eightBitMime, SMTPUTF8: smtpUtf8, DSN: dsn };
  const names = Object.entries(offered).flatMap(([name, isOffered]) => (isOffered ? [name] : []));
  return [
    ok("relay_features", { names: names.join(", ") || "–" }),
    ...(pipelining ? [] : [warning("relay_no_pipelining")]),
    ...(size && size < 1_000_000 ? [warning("relay_small", { bytes: size })] : []),
  ];
}

async function trySender(session: Session, sender: string): Promise<Finding> {
  const answer = await session.ask(`MAIL FROM:<${sender}>`);
  if (answer.code !== 250) return wrong("sender_refused", { sender, words: words(answer) });
  await session.ask("RSET");
  return ok("sender_ok", { sender });
}

function words(reply: Reply | null): string {
  return reply ? asText(`${reply.code} ${reply.lines.join(" ")}`).slice(0, 300) : "";
}

/** A session reads bytes; what a server says is text. */
function asText(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
