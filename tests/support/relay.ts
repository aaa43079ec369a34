/** A relay for tests on loopback that speaks TLS with a certificate of its own, wants a password, or says nothing at all. */
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";

export type RelayKind = {
  certificate?: "self-signed" | "expired" | "other-host";
  /** TLS from the first byte (smtps), else offered by STARTTLS when there is a certificate. */
  implicit?: boolean;
  auth?: { user: string; pass: string; ways?: string };
  greeting?: string;
  refuseSender?: boolean;
  silent?: boolean;
};

export function certificateOf(name: NonNullable<RelayKind["certificate"]>): string {
  return readFileSync(join("tests/support/certificates", `${name}.pem`), "utf8");
}

export async function aRelay(kind: RelayKind = {}): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const context = kind.certificate ? createSecureContext({ key: certificateOf(kind.certificate), cert: certificateOf(kind.certificate) }) : null;
  const server = createServer((plain) => {
    sockets.add(plain);
    plain.on("error", () => undefined);
    if (kind.silent) return;
    const secure = () => new TLSSocket(plain, { isServer: true, secureContext: context! });
    if (kind.implicit) converse(secure(), null);
    else converse(plain, context && secure);
  });

  function converse(socket: Socket, startTls: (() => Socket) | null, greet = true): void {
    socket.on("error", () => undefined);
    socket.setEncoding("utf8");
    const say = (line: string) => socket.write(`${line}\r\n`);
    if (greet) say(kind.greeting ?? "220 relay.example ESMTP");
    let buffer = "";
    socket.on("data", (chunk: string) => {
      buffer += chunk;
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const [verb = "", ...rest] = line.split(" ");
        if (verb === "EHLO") {
          say("250-relay.example");
          if (startTls) say("250-STARTTLS");
          if (kind.auth) say(`250-AUTH ${kind.auth.ways ?? "PLAIN LOGIN"}`);
          say("250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800");
        } else if (verb === "STARTTLS" && startTls) {
          say("220 go ahead");
          socket.removeAllListeners("data");
          return converse(startTls(), null, false);
        } else if (verb === "AUTH") {
          const [, user, pass] = Buffer.from(rest[1] ?? "", "base64").toString().split("\0");
          say(user === kind.auth?.user && pass === kind.auth?.pass ? "235 2.7.0 welcome" : "535 5.7.8 wrong name or password");
        } else if (verb === "MAIL") say(kind.refuseSender ? "553 5.7.1 not your address" : "250 ok");
        else if (verb === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 ok");
      }
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
