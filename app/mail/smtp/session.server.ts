/**
 * A conversation with a relay: connection, greeting, EHLO, STARTTLS (RFC 3207) and AUTH (RFC 4954). The sender has them
 * all at once by `open`; who looks at a relay goes through them one by one.
 */
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls, rootCertificates, type TLSSocket } from "node:tls";

import { ReplyReader, type Reply } from "./reply";
import { isLoopback, type Relay } from "./relay";

/** What the server offers (RFC 1870, 2920, 3461, 6152, 6531). */
export type Capabilities = {
  pipelining: boolean;
  /** Largest message in bytes; 0: no limit is named; null: SIZE is not offered. */
  size: number | null;
  eightBitMime: boolean;
  smtpUtf8: boolean;
  dsn: boolean;
  startTls: boolean;
  auth: string[];
};

/** It did not come to a conversation. `reply` when the server said why. */
export class NoSession extends Error {
  override name = "NoSession";
  constructor(
    message: string,
    readonly step: "connect" | "greeting" | "ehlo" | "tls" | "auth",
    readonly reply: Reply | null = null,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export class Session {
  capabilities: Capabilities = NOTHING;
  /** Told of each reply that nobody waits for by `ask`. */
  onReply: (reply: Reply) => void = () => undefined;
  /** Told once, when the connection is gone. */
  onClosed: (error: Error) => void = () => undefined;
  private reader = new ReplyReader();
  private waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;
  private early: Reply[] = [];
  private isClosed = false;
  private isHandedOver = false;
  private gone = new Error("the server closed the connection");

  private constructor(private socket: Socket | TLSSocket) {
    this.listen();
  }

  /** @param deadline for all of it together, in ms @throws NoSession */
  static async open(relay: Relay, heloName: string, deadline: number): Promise<Session> {
    let step: NoSession["step"] = "connect";
    let session: Session | null = null;
    let socket: Socket | null = null;
    const begin = async () => {
      session = await Session.reach(relay, { pending: (opening) => (socket = opening) });
      await session.converse(relay, heloName, (now) => (step = now));
      return session;
    };
    try {
      return await within(deadline, begin(), () => new NoSession(`no answer within ${Math.round(deadline / 1000)} s`, step));
    } catch (error) {
      (session as Session | null)?.drop();
      (socket as Socket | null)?.destroy();
      throw error instanceof NoSession ? error : new NoSession((error as Error).message, step, null, error);
    }
  }

  /** Connected, encrypted where the relay wants it from the first byte, nothing said yet. Rejects with the system's error. */
  static async reach(relay: Relay, { ca, pending }: { ca?: string | undefined; pending: (socket: Socket) => void }): Promise<Session> {
    return new Session(await connected(relay, ca, pending));
  }

  private async converse(relay: Relay, heloName: string, at: (step: NoSession["step"]) => void): Promise<void> {
    at("greeting");
    expectCode(await this.greeting(), 220, "greeting");
    at("ehlo");
    await this.hello(heloName);
    if (!relay.isSecure && this.capabilities.startTls) {
      at("tls");
      await this.startTls(relay);
      await this.hello(heloName);
    } else if (!relay.isSecure && relay.login && !isLoopback(relay.host))
      throw new NoSession("the server offers no encryption, and a password never travels in the clear", "tls");
    at("auth");
    if (relay.login) expectCode(await this.logIn(relay.login), 235, "auth");
  }

  /** What the server says before it is asked anything. */
  greeting(): Promise<Reply> {
    return this.reply();
  }

  /** @throws NoSession when it knows neither EHLO nor HELO */
  async hello(name: string): Promise<void> {
    const reply = await this.ask(`EHLO ${name}`);
    if (reply.code === 250) this.capabilities = readCapabilities(reply.lines);
    else {
      expectCode(await this.ask(`HELO ${name}`), 250, "ehlo");
      this.capabilities = NOTHING;
    }
  }

  /** @throws NoSession */
  async startTls({ host, isVerified }: Relay, ca?: string): Promise<void> {
    expectCode(await this.ask("STARTTLS"), 220, "tls");
    // What came in the clear behind the reply was put there by somebody else (CVE-2011-0411).
    if (!this.reader.isEmpty || this.early.length) throw new NoSession("the server spoke before the encryption began", "tls");
    const plain = this.socket;
    plain.removeAllListeners("data").removeAllListeners("close").removeAllListeners("error");
    const secure = connectTls({ socket: plain, ...tlsOptions(host, isVerified, ca) });
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => reject(new NoSession(error.message, "tls", null, error));
      secure.once("secureConnect", resolve).once("error", fail).once("close", () => fail(this.gone));
    });
    secure.removeAllListeners("error").removeAllListeners("close");
    this.socket = secure;
    this.listen();
  }

  /** The encrypted connection, where it is one. */
  get tls(): TLSSocket | null {
    return "getPeerCertificate" in this.socket ? this.socket : null;
  }

  /** @returns 235 when it is let in */
  async logIn({ user, password, method }: NonNullable<Relay["login"]>): Promise<Reply> {
    const { auth } = this.capabilities;
    let reply: Reply;
    if (method === "xoauth2") {
      reply = await this.ask(`AUTH XOAUTH2 ${base64(`user=${user}\u0001auth=Bearer ${password}\u0001\u0001`)}`);
      // The reason comes as a challenge, which an empty line answers.
      if (reply.code === 334) reply = await this.ask("");
    } else if (auth.includes("PLAIN") || !auth.includes("LOGIN")) reply = await this.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
    else {
      reply = await this.ask("AUTH LOGIN");
      if (reply.code === 334) reply = await this.ask(base64(user));
      if (reply.code === 334) reply = await this.ask(base64(password));
    }
    return reply;
  }

  // ── the wire ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One command, one reply. Only while nothing else is under way. */
  ask(command: string): Promise<Reply> {
    this.write(`${command}\r\n`);
    return this.reply();
  }

  private reply(): Promise<Reply> {
    const early = this.early.shift();
    if (early) return Promise.resolve(early);
    if (this.isClosed) return Promise.reject(this.gone);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  write(bytes: string | Buffer): void {
    if (!this.isClosed) this.socket.write(bytes);
  }

  /** Ready for mails: from now on replies come by `onReply`. */
  handTo(onReply: (reply: Reply) => void, onClosed: (error: Error) => void): void {
    this.onReply = onReply;
    this.onClosed = onClosed;
    this.isHandedOver = true;
    if (this.isClosed) setImmediate(() => this.onClosed(this.gone));
  }

  /** Cuts at once: nothing that is still in a buffer may reach the server. */
  drop(): void {
    this.isClosed = true;
    this.onClosed = () => undefined;
    this.socket.destroy();
  }

  quit(): void {
    if (this.isClosed) return;
    this.onClosed = () => undefined;
    this.onReply = () => undefined;
    this.socket.end("QUIT\r\n");
    setTimeout(() => this.socket.destroy(), 2000).unref();
  }

  private listen(): void {
    this.socket.setEncoding("latin1");
    this.socket.on("data", (chunk: string) => {
      try {
        this.reader.read(chunk, (reply) => this.take(reply));
      } catch (error) {
        this.closed(error as Error);
        this.socket.destroy();
      }
    });
    this.socket.on("error", (error: Error) => this.closed(error));
    this.socket.on("close", () => this.closed(new Error("the server closed the connection")));
  }

  private take(reply: Reply): void {
    if (this.isHandedOver && !this.waiting) return this.onReply(reply);
    const { waiting } = this;
    this.waiting = null;
    if (waiting) waiting.resolve(reply);
    else this.early.push(reply);
  }

  private closed(error: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.gone = error;
    this.waiting?.reject(error);
    this.onClosed(error);
  }
}

const NOTHING: Capabilities = { pipelining: false, size: null, eightBitMime: false, smtpUtf8: false, dsn: false, startTls: false, auth: [] };

function readCapabilities(lines: string[]): Capabilities {
  const offered = new Map(lines.slice(1).map((line) => {
    const [keyword = "", ...rest] = line.trim().toUpperCase().split(/[ =]+/);
    return [keyword, rest] as const;
  }));
  return {
    pipelining: offered.has("PIPELINING"),
    size: offered.has("SIZE") ? Number(offered.get("SIZE")?.[0]) || 0 : null,
    eightBitMime: offered.has("8BITMIME"),
    smtpUtf8: offered.has("SMTPUTF8"),
    dsn: offered.has("DSN"),
    startTls: offered.has("STARTTLS"),
    auth: offered.get("AUTH") ?? [],
  };
}

function connected(relay: Relay, ca: string | undefined, pending: (socket: Socket) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = relay;
    const socket = relay.isSecure ? connectTls({ host, port, ...tlsOptions(host, relay.isVerified, ca) }) : connectPlain({ host, port });
    pending(socket);
    socket.setNoDelay(true);
    const done = () => {
      socket.removeAllListeners("error");
      resolve(socket);
    };
    socket.once(relay.isSecure ? "secureConnect" : "connect", done);
    socket.once("error", reject);
  });
}

/** @param ca certificate authorities (PEM) that are trusted beside the known ones */
function tlsOptions(host: string, isVerified: boolean, ca?: string) {
  return { ...(isIP(host) ? {} : { servername: host }), ...(ca && { ca: [...rootCertificates, ca] }), rejectUnauthorized: isVerified, minVersion: "TLSv1.2" as const };
}

export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(late()), ms)));
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function expectCode(reply: Reply, code: number, step: NoSession["step"]): void {
  if (reply.code !== code) throw new NoSession(reply.words, step, reply);
}
