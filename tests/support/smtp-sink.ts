/** A mail server for tests on loopback: it speaks real SMTP, keeps what it takes, and misbehaves when told to. */
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export type TakenMail = { from: string; to: string[]; raw: string; messageId: string; at: number };

export type Stage = "connect" | "mail" | "rcpt" | "data" | "body" | "dot";

/** What to do instead of the usual answer. */
export type Fault =
  /** Says this; with 4xx or 5xx the step is refused. */
  | { reply: string }
  /** Closes the connection. At the dot the mail is not taken. */
  | "cut"
  /** Takes the mail, then closes without a word. */
  | "cut_taken"
  /** Takes the mail, says half a reply, then closes. */
  | "half_reply"
  /** Says nothing any more; the connection stays open. */
  | "stall"
  /** Goes on as usual after so many ms; what the client says meanwhile waits its turn. */
  | { later: number };

export type SinkSession = { stage: Stage; connection: number; from: string; to: string; messageId: string };

export type SmtpSink = {
  port: number;
  url: string;
  /** In the order in which they were taken: an entry stands here before its sender hears "250". */
  taken: TakenMail[];
  /** What it was told, as it came; of a login only the verb. */
  commands: string[];
  /** How many connections were opened, and how many were open at once at most. */
  connections: { opened: number; open: number; most: number };
  /** How long it thinks between taking a mail and saying so, in ms. */
  answerAfter: number;
  /** Asked at every stage; undefined goes on as usual. */
  fault: (session: SinkSession) => Fault | undefined;
  /** Told when the answer to a mail that was taken has gone out. */
  answered: (session: SinkSession) => void;
  close(): Promise<void>;
};

export type SinkOptions = {
  port?: number;
  auth?: { user: string; pass: string };
  /** How somebody may log in; `XOAUTH2` takes `pass` as the token. */
  ways?: ("PLAIN" | "LOGIN" | "XOAUTH2")[];
  /** The lines of its EHLO reply. */
  offers?: string[];
  /** With a certificate that nobody else vouches for. */
  tls?: "implicit" | "starttls";
};

const OFFERS = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800"];

export async function smtpSink({ port = 0, ...options }: SinkOptions = {}): Promise<SmtpSink> {
  const { auth, tls } = options;
  const pem = tls ? readFileSync("tests/support/certificates/self-signed.pem", "utf8") : "";
  const secured = (socket: Socket) => new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key: pem, cert: pem }) });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    sink.connections.opened += 1;
    sink.connections.open += 1;
    sink.connections.most = Math.max(sink.connections.most, sink.connections.open);
    socket.on("close", () => {
      sockets.delete(socket);
      sink.connections.open -= 1;
    });
    socket.on("error", () => socket.destroy());
    const line = tls === "implicit" ? secured(socket) : socket;
    line.on("error", () => socket.destroy());
    converse(sink, line, sink.connections.opened, options, tls === "starttls" ? () => secured(socket) : null);
  });
  const sink: SmtpSink = {
    port: 0,
    url: "",
    taken: [],
    commands: [],
    connections: { opened: 0, open: 0, most: 0 },
    answerAfter: 0,
    fault: () => undefined,
    answered: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  sink.port = (server.address() as AddressInfo).port;
  sink.url = `${tls === "implicit" ? "smtps" : "smtp"}://${auth ? `${auth.user}:${auth.pass}@` : ""}127.0.0.1:${sink.port}`;
  return sink;
}

function converse(sink: SmtpSink, socket: Socket, connection: number, options: SinkOptions, startTls: (() => Socket) | null, isFirst = true): void {
  const { auth, ways = ["PLAIN", "LOGIN"], offers = OFFERS } = options;
  let buffer = "";
  let body: string | null = null;
  let from = "";
  let to: string[] = [];
  let stalled = false;
  let held = false;
  let known = !auth;
  let begun = false;
  /** Of AUTH LOGIN and XOAUTH2: what the next line holds. */
  let asked: ((line: string) => void) | null = null;

  const say = (line: string) => socket.write(`${line}\r\n`);
  const at = (stage: Stage, messageId = "") => sink.fault({ stage, connection, from, to: to[0] ?? "", messageId });
  /** Gives the usual answer, unless it is to misbehave. */
  const answer = (fault: Fault | undefined, usual: () => void): void => {
    if (fault === undefined) usual();
    else if (fault === "stall") stalled = true;
    else if (typeof fault !== "object") socket.destroy();
    else if ("reply" in fault) say(fault.reply);
    else if (fault.later <= 0) usual();
    else {
      held = true;
      setTimeout(() => {
        held = false;
        if (socket.destroyed) return;
        usual();
        listen();
      }, fault.later);
    }
  };

  socket.setEncoding("latin1");
  if (isFirst) answer(at("connect"), () => say("220 sink.example ESMTP"));
  socket.on("data", (chunk: string) => {
    buffer += chunk;
    listen();
  });

  function listen(): void {
    for (;;) {
      if (stalled || held || socket.destroyed) return;
      if (body !== null) {
        const end = `\r\n${buffer}`.indexOf("\r\n.\r\n");
        if (end < 0) return;
        const text = buffer.slice(0, Math.max(0, end - 2) + 2);
        buffer = buffer.slice(end + 3);
        body = null;
        begun = false;
        take(text.replace(/\r\n\.\./g, "\r\n."));
        continue;
      }
      const line = buffer.indexOf("\r\n");
      if (line < 0) return;
      const command = buffer.slice(0, line);
      buffer = buffer.slice(line + 2);
      obey(command);
    }
  }

  function logIn(user: string | undefined, pass: string | undefined): void {
    known = user === auth?.user && pass === auth?.pass;
    say(known ? "235 2.7.0 welcome" : "535 5.7.8 wrong name or password");
  }

  function authenticate(way: string, secret: string): void {
    const read = (text: string) => Buffer.from(text, "base64").toString();
    const ask = (question: string, then: (line: string) => void) => {
      asked = then;
      say(`334 ${Buffer.from(question).toString("base64")}`);
    };
    if (!(ways as string[]).includes(way)) say("504 5.5.4 not this way");
    else if (way === "PLAIN") logIn(...(read(secret).split("\0").slice(1) as [string, string]));
    else if (way === "LOGIN") ask("Username:", (user) => ask("Password:", (pass) => logIn(read(user), read(pass))));
    else {
      const [, user, pass] = /^user=([^\u0001]*)\u0001auth=Bearer ([^\u0001]*)\u0001\u0001$/.exec(read(secret)) ?? [];
      if (user === auth?.user && pass === auth?.pass) logIn(user, pass);
      else ask('{"status":"401"}', () => logIn(user, pass));
    }
  }

  function obey(command: string): void {
    if (asked) {
      const then = asked;
      asked = null;
      return then(command);
    }
    const verb = command.slice(0, 4).toUpperCase();
    sink.commands.push(verb === "AUTH" ? command.split(" ").slice(0, 2).join(" ") : command);
    if (verb === "EHLO") {
      const lines = ["sink.example", ...offers, ...(startTls ? ["STARTTLS"] : []), ...(auth ? [`AUTH ${ways.join(" ")}`] : [])];
      say(lines.map((line, i) => `250${i < lines.length - 1 ? "-" : " "}${line}`).join("\r\n"));
    } else if (verb === "HELO" || verb === "NOOP") say("250 ok");
    else if (verb === "STAR" && startTls) {
      say("220 go ahead");
      socket.removeAllListeners("data");
      const secure = startTls();
      secure.on("error", () => socket.destroy());
      converse(sink, secure, connection, options, null, false);
    } else if (verb === "AUTH") {
      const [, way = "", secret = ""] = command.split(" ");
      authenticate(way.toUpperCase(), secret);
    } else if (verb === "MAIL") {
      if (begun) return void say("503 5.5.1 one mail after the other");
      from = address(command);
      to = [];
      if (!known) say("530 5.7.0 who are you");
      else
        answer(at("mail"), () => {
          begun = true;
          say("250 2.1.0 ok");
        });
    } else if (verb === "RCPT" && !begun) say("503 5.5.1 who from");
    else if (verb === "RCPT") {
      to = [...to, address(command)];
      const fault = at("rcpt");
      answer(fault, () => say("250 2.1.5 ok"));
      if (typeof fault === "object" && "reply" in fault) to = to.slice(0, -1);
    } else if (verb === "DATA") {
      if (to.length === 0) return void say("503 5.5.1 nobody to take it to");
      answer(at("data"), () => {
        body = "";
        say("354 go on");
        answer(at("body"), () => undefined);
      });
    } else if (verb === "RSET") {
      begun = false;
      to = [];
      say("250 ok");
    } else if (verb === "QUIT") {
      say("221 bye");
      socket.end();
    } else say("502 5.5.2 what?");
  }

  function take(raw: string): void {
    const messageId = /^Message-ID:\s*<([^>]+)>/im.exec(raw)?.[1] ?? "";
    const fault = at("dot", messageId);
    const keep = () => sink.taken.push({ from, to, raw, messageId, at: Date.now() });
    if (fault === "cut_taken" || fault === "half_reply") {
      keep();
      // What came behind the mail is not answered: it would end the half of the line.
      stalled = true;
      if (fault === "half_reply") socket.write("250 2.0", () => socket.destroy());
      else socket.destroy();
      return;
    }
    const isLate = typeof fault === "object" && "later" in fault;
    if (fault !== undefined && !isLate) return answer(fault, () => undefined);
    // It is taken before the server thinks.
    keep();
    answer({ later: isLate ? fault.later : sink.answerAfter }, () => {
      say(`250 2.0.0 ok queued as ${sink.taken.length}`);
      sink.answered({ stage: "dot", connection, from, to: to[0] ?? "", messageId });
    });
  }
}

function address(command: string): string {
  return /<([^>]*)>/.exec(command)?.[1] ?? "";
}
