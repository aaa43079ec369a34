/** Asking SendGrid's API over connections that stay open, and telling apart when it cannot have taken anything. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export type Reply =
  | { kind: "answered"; status: number; headers: IncomingMessage["headers"]; body: string }
  /** No connection stood: nothing was asked. */
  | { kind: "unreachable"; words: string }
  /** It broke, or nothing came in time, after the request may have arrived. */
  | { kind: "lost"; words: string };

export type Api = { post(path: string, body: readonly Buffer[]): Promise<Reply>; close(): void };

/**
 * A connection that nobody used for so long is not used again: the other side may be closing it at this instant, and what
 * is lost on it nobody can know.
 */
const IDLE_MS = 4_000;
const MOST_ANSWER = 1024 * 1024;

export function openApi({ url, apiKey, timeout, connections }: { url: string; apiKey: string; timeout: number; connections: number }): Api {
  const base = new URL(url);
  const isSecure = base.protocol === "https:";
  const options = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections, timeout: IDLE_MS, scheduling: "lifo" as const };
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  const ask = isSecure ? httpsRequest : httpRequest;

  function post(path: string, body: readonly Buffer[]): Promise<Reply> {
    return new Promise((resolve) => {
      let stands = false;
      const request = ask(new URL(path, base), {
        method: "POST",
        agent,
        headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json", "Content-Length": lengthOf(body), Accept: "application/json" },
      });
      const deadline = setTimeout(() => request.destroy(new Error("no answer in time")), timeout);
      const end = (reply: Reply) => {
        clearTimeout(deadline);
        resolve(reply);
      };
      const lost = (error: Error) => {
        const words = `SendGrid: ${(error as NodeJS.ErrnoException).code ?? error.message}`;
        end(stands ? { kind: "lost", words } : { kind: "unreachable", words });
      };
      request.on("socket", (socket) => {
        if (socket.connecting) socket.once(isSecure ? "secureConnect" : "connect", () => (stands = true));
        else stands = true;
      });
      request.on("error", lost);
      request.on("response", (response) => {
        let said = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          if (said.length < MOST_ANSWER) said += chunk;
        });
        response.on("error", lost);
        response.on("end", () => end({ kind: "answered", status: response.statusCode ?? 0, headers: response.headers, body: said }));
      });
      for (const piece of body) request.write(piece);
      request.end();
    });
  }

  return { post, close: () => agent.destroy() };
}

export function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
