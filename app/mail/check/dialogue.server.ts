/** A plain SMTP conversation for looking at a relay: one command, one whole reply, each with a deadline. */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, rootCertificates, type TLSSocket } from "node:tls";

export type Reply = { code: number; lines: string[] };

export class NoReply extends Error {
  override name = "NoReply";
  constructor(readonly why: "late" | "closed" | "garbled", readonly said = "") {
    super(why);
  }
}

export type Place = { host: string; port: number; deadline: number; ca?: string };

export class Dialogue {
  private buffer = "";
  private closed = false;
  private wake: (() => void) | null = null;

  private constructor(private socket: Socket, private readonly place: Place) {
    this.listen();
  }

  /** Rejects with the system's error: ENOTFOUND, ECONNREFUSED, ETIMEDOUT, or what TLS says. */
  static async open(place: Place, secure: boolean): Promise<Dialogue> {
    const socket = secure ? await shake(place, null) : await reach(place);
    return new Dialogue(socket, place);
  }

  get tls(): TLSSocket | null {
    return "getPeerCertificate" in this.socket ? (this.socket as TLSSocket) : null;
  }

  async say(command: string): Promise<Reply> {
    this.socket.write(`${command}\r\n`);
    return this.reply();
  }

  async startTls(): Promise<void> {
    this.socket.removeAllListeners("data");
    this.socket = await shake(this.place, this.socket);
    this.buffer = "";
    this.listen();
  }

  async reply(): Promise<Reply> {
    const until = Date.now() + this.place.deadline;
    const lines: string[] = [];
    for (;;) {
      const end = this.buffer.indexOf("\n");
      if (end < 0) {
        if (this.closed) throw new NoReply("closed", this.buffer.slice(0, 200));
        if (this.buffer.length > 10_000) throw new NoReply("garbled", this.buffer.slice(0, 200));
        if (!(await this.more(until - Date.now()))) throw new NoReply("late", lines.join(" "));
        continue;
      }
      const line = this.buffer.slice(0, end).replace(/\r$/, "");
      this.buffer = this.buffer.slice(end + 1);
      const match = /^(\d{3})([ -]?)(.*)$/.exec(line);
      if (!match) throw new NoReply("garbled", line.slice(0, 200));
      lines.push(match[3] as string);
      if (match[2] !== "-") return { code: Number(match[1]), lines };
    }
  }

  end(): void {
    if (!this.closed) this.socket.end("QUIT\r\n");
    setTimeout(() => this.socket.destroy(), 1_000).unref();
  }

  drop(): void {
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.setEncoding("utf8");
    const go = () => this.wake?.();
    this.socket.on("data", (chunk: string) => {
      this.buffer += chunk;
      go();
    });
    const close = () => {
      this.closed = true;
      go();
    };
    this.socket.on("close", close);
    this.socket.on("end", close);
    this.socket.on("error", close);
  }

  private more(ms: number): Promise<boolean> {
    if (ms <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = null;
        resolve(true);
      };
    });
  }
}

function reach({ host, port, deadline }: Place): Promise<Socket> {
  const socket = connect({ host, port });
  return ready(socket, "connect", deadline);
}

/** The certificate is looked at afterwards, so that what is wrong with it can be said. */
function shake({ host, port, deadline, ca }: Place, over: Socket | null): Promise<TLSSocket> {
  const name = isIP(host) ? {} : { servername: host };
  const socket = connectTls({ ...(over ? { socket: over } : { host, port }), ...name, ...(ca && { ca: [...rootCertificates, ca] }), rejectUnauthorized: false, minVersion: "TLSv1.2" });
  return ready(socket, "secureConnect", deadline);
}

function ready<T extends Socket>(socket: T, event: string, deadline: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (error: Error | null) => {
      clearTimeout(timer);
      socket.removeListener("error", finish);
      if (!error) return resolve(socket);
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => finish(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), deadline);
    socket.once("error", finish);
    socket.once("close", () => finish(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    socket.once(event, () => finish(null));
  });
}
