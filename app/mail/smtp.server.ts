/**
 * SMTP with late intent: the body is streamed, and the stream ends (nodemailer then writes the final dot) only after
 * `commitIntent` has committed. What an ending means is told by the phase in which it came, never by the library's
 * error alone: it reports the same one before MAIL and after the dot.
 */
import { Readable } from "node:stream";

import SMTPConnection from "nodemailer/lib/smtp-connection";

import { refuseUnusable, writeMime } from "./mime.server";
import type { CommitIntent, OutgoingMail, Outcome, Transport } from "./transport";

/** Each in ms. After its time the slot is free again, whatever the server does. */
export type Deadlines = {
  /** TCP, TLS, greeting, EHLO and login together. */
  connect: number;
  /** MAIL, RCPT, DATA and the body until our own commit. */
  transfer: number;
  /** From the final dot to the answer. */
  answer: number;
};

const DEADLINES: Deadlines = { connect: 30_000, transfer: 60_000, answer: 90_000 };
const IDLE = 20_000;
const CHUNK = 16_384;
const MAILS_PER_CONNECTION = 100;

export type SmtpOptions = { heloName: string; connections?: number; deadlines?: Partial<Deadlines> };

/** `smtp://user:pass@host:port` or `smtps://…`; `?connections=10` sets how many are open at once. */
export function openSmtp(mailUrl: string, options: SmtpOptions): Transport {
  const url = new URL(mailUrl);
  const connections = options.connections ?? clamp(Number(url.searchParams.get("connections") ?? 5), 1, 100);
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const pool = new Pool(() => connect(url, options.heloName, deadlines.connect));

  return {
    name: "smtp",
    concurrency: connections,
    send: refuseUnusable(async (mail, commitIntent) => {
      const mime = await writeMime(mail);
      let session: Session;
      try {
        session = await pool.take();
      } catch (error) {
        return { kind: "unreachable", words: words(error) };
      }
      const outcome = await transfer(session, mail, mime, commitIntent, deadlines);
      session.mails += 1;
      // Only a session whose last transaction ended as it should is used again.
      if (outcome.kind === "accepted" && session.mails < MAILS_PER_CONNECTION && !session.gone) pool.give(session);
      else session.drop();
      return outcome;
    }),
    close: async () => pool.close(),
  };
}

async function transfer(
  session: Session,
  mail: OutgoingMail,
  mime: Buffer,
  commitIntent: CommitIntent,
  deadlines: Deadlines,
): Promise<Outcome> {
  let phase: "before" | "intent" | "dot" = "before";
  let settled = false;
  let withdrawn = false;

  return new Promise<Outcome>((resolve, reject) => {
    let timer = setTimeout(() => end({ kind: "late" }), deadlines.transfer);

    /** The one place where an ending becomes an outcome. */
    function end(how: { kind: "answer"; reply: string } | { kind: "error"; error: SmtpError } | { kind: "late" }): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      session.onLost = null;
      if (how.kind !== "answer") session.drop();
      if (withdrawn) return resolve({ kind: "withdrawn" });
      if (phase === "dot") return resolve(afterTheDot(how));
      return resolve(beforeTheDot(how));
    }

    function afterTheDot(how: Parameters<typeof end>[0]): Outcome {
      if (how.kind === "answer") return accepted(how.reply);
      // EMESSAGE is the complete reply to the dot; with any other code the reply may be half a one, or another's.
      const error = how.kind === "error" ? how.error : null;
      if (error?.code === "EMESSAGE" && error.responseCode && error.response)
        return said(error.responseCode, error.response);
      return { kind: "unknown", words: error ? words(error) : "no answer in time after the final dot" };
    }

    function beforeTheDot(how: Parameters<typeof end>[0]): Outcome {
      if (how.kind === "error" && how.error.responseCode && how.error.response && how.error.code !== "ECONNECTION") {
        const { responseCode, response, command } = how.error;
        // The sender is refused, not this reader: the next mail would fare no better.
        if (command === "MAIL FROM" && responseCode >= 500) return { kind: "unreachable", words: response.trim() };
        return said(responseCode, response);
      }
      if (how.kind === "answer") return { kind: "deferred", code: null, words: "the server answered before the mail was complete" };
      return { kind: "deferred", code: null, words: how.kind === "late" ? "no answer in time" : words(how.error) };
    }

    let sent = 0;
    const body = new Readable({
      highWaterMark: CHUNK,
      read() {
        if (sent < mime.length) {
          body.push(mime.subarray(sent, (sent += CHUNK)));
          return;
        }
        if (phase !== "before") return;
        // The whole body is on its way; what is left is the dot.
        phase = "intent";
        commitIntent().then(
          (granted) => {
            if (settled) return;
            if (!granted) {
              withdrawn = true;
              return end({ kind: "late" });
            }
            phase = "dot";
            clearTimeout(timer);
            timer = setTimeout(() => end({ kind: "late" }), deadlines.answer);
            body.push(null);
          },
          (error: unknown) => {
            if (settled) return;
            settled = true;
            clearTimeout(timer);
            session.drop();
            reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
      },
      destroy: (_error, done) => done(null),
    });

    session.onLost = (error) => end({ kind: "error", error });
    session.connection.send(
      { from: mail.from.address, to: [mail.to.address], size: mime.length },
      body,
      (error, info) => end(error ? { kind: "error", error: error as SmtpError } : { kind: "answer", reply: info?.response ?? "" }),
    );
  });
}

function accepted(reply: string): Outcome {
  return { kind: "accepted", code: codeOf(reply) ?? 250, words: reply.trim(), providerId: null };
}

/** A complete reply that is not 2xx. */
function said(code: number, reply: string): Outcome {
  return code >= 500
    ? { kind: "refused", code, words: reply.trim() }
    : { kind: "deferred", code, words: reply.trim() };
}

// ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────

type SmtpError = Error & { code?: string; command?: string; response?: string; responseCode?: number };

class Session {
  mails = 0;
  gone = false;
  idleSince = 0;
  onLost: ((error: SmtpError) => void) | null = null;
  readonly connection: SMTPConnection;

  constructor(connection: SMTPConnection) {
    this.connection = connection;
    connection.on("error", (error: Error) => this.lost(error));
    // What the server said about the mail comes first, if it said anything.
    connection.once("end", () => {
      this.gone = true;
      setImmediate(() => this.lost(new Error("the server closed the connection")));
    });
  }

  private lost(error: Error): void {
    this.gone = true;
    this.onLost?.(error as SmtpError);
  }

  /** Cuts at once: nothing that is still in a buffer may reach the server. */
  drop(): void {
    this.gone = true;
    const socket = this.connection._socket;
    if (socket) socket.destroy();
    this.connection.close();
  }

  quit(): void {
    this.gone = true;
    this.connection.quit();
    setTimeout(() => this.connection.close(), 2000).unref();
  }
}

class Pool {
  private idle: Session[] = [];
  private closed = false;
  private sweeper: NodeJS.Timeout | null = null;
  private readonly open: () => Promise<Session>;

  constructor(open: () => Promise<Session>) {
    this.open = open;
  }

  async take(): Promise<Session> {
    for (;;) {
      const session = this.idle.pop();
      if (!session) return this.open();
      if (!session.gone) return session;
    }
  }

  give(session: Session): void {
    if (this.closed) return session.quit();
    session.idleSince = Date.now();
    this.idle.push(session);
    this.sweeper ??= setInterval(() => this.sweep(), IDLE / 4).unref();
  }

  private sweep(): void {
    const old = Date.now() - IDLE;
    for (const session of this.idle.filter((s) => s.idleSince < old)) session.quit();
    this.idle = this.idle.filter((s) => !s.gone);
  }

  close(): void {
    this.closed = true;
    if (this.sweeper) clearInterval(this.sweeper);
    for (const session of this.idle.splice(0)) session.quit();
  }
}

function connect(url: URL, heloName: string, deadline: number): Promise<Session> {
  const secure = url.protocol === "smtps:";
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const user = decodeURIComponent(url.username);
  const connection = new SMTPConnection({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    name: heloName,
    // A password never travels in the clear, except to this very machine.
    requireTLS: Boolean(user) && !secure && !loopback,
    tls: { rejectUnauthorized: !loopback, minVersion: "TLSv1.2" },
    connectionTimeout: deadline,
    greetingTimeout: deadline,
    dnsTimeout: deadline,
    // Our own deadlines rule; this one only ends what they forgot.
    socketTimeout: 15 * 60_000,
    socketCloseTimeout: 0,
    logger: false,
  });
  return new Promise((resolve, reject) => {
    let done = false;
    const finish = (error: Error | null | undefined) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      connection.removeListener("error", finish);
      if (error) {
        connection.on("error", () => undefined);
        connection.close();
        reject(error);
      } else resolve(new Session(connection));
    };
    const timer = setTimeout(() => finish(new Error("no greeting in time")), deadline);
    connection.once("error", finish);
    connection.connect((error) => {
      if (error) return finish(error);
      if (!user) return finish(null);
      connection.login({ user, pass: decodeURIComponent(url.password) }, (refused) => finish(refused));
    });
  });
}

/** An error in words that can be shown: what the server said, else what the machine said. Never a password. */
function words(error: unknown): string {
  const { response, message } = error as SmtpError;
  return (response ?? message).trim().slice(0, 500);
}

function codeOf(reply: string): number | null {
  const code = Number(/^\d{3}/.exec(reply)?.[0]);
  return Number.isNaN(code) ? null : code;
}

function clamp(n: number, low: number, high: number): number {
  return Number.isFinite(n) ? Math.min(high, Math.max(low, Math.trunc(n))) : low;
}
