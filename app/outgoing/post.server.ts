/**
 * Posting to an address that somebody typed in. What the name leads to is looked at in the very look-up that the connection is
 * made with, and once more at the connection itself: no second look-up can give another answer (rebinding). Redirects are not
 * followed, proxies of the environment not used, answers cut, everything has its time.
 */
import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type BlockList, type LookupFunction, type Socket } from "node:net";

import { isLetIn, mayReach } from "./reach";

/** `blocked`: it leads where nothing of ours may go. */
export type Failure = "blocked" | "timeout" | "unreachable" | "tls" | "broken";
export type Posted = { status: number | null; failure: Failure | null; /** The beginning of the answer. */ answer: string; ms: number };

export type Reach = { letIn: BlockList; /** Milliseconds for all of it. */ timeout: number; lookup?: typeof resolve };

const KEPT_BYTES = 1024;
const LARGEST_ANSWER = 64 * 1024;

class Blocked extends Error {}

export async function post(url: string, headers: Record<string, string>, body: string, reach: Reach): Promise<Posted> {
  const started = performance.now();
  const told = (rest: Pick<Posted, "status" | "failure" | "answer">): Posted => ({ ...rest, ms: Math.round(performance.now() - started) });
  try {
    const { status, answer } = await send(new URL(url), headers, body, reach);
    return told({ status, failure: null, answer });
  } catch (error) {
    return told({ status: null, failure: failureOf(error), answer: "" });
  }
}

function send(url: URL, headers: Record<string, string>, body: string, reach: Reach): Promise<{ status: number; answer: string }> {
  return new Promise((done, failed) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // An address needs no look-up, and gets none.
    if (isIP(host) && !mayCall(host, url, reach)) return failed(new Blocked());
    const signal = AbortSignal.timeout(reach.timeout);
    const options: RequestOptions = {
      method: "POST",
      agent: false,
      signal,
      lookup: guarded(url, reach),
      headers: { ...headers, "Content-Length": Buffer.byteLength(body), "User-Agent": "Rapport-Webhooks/1", Connection: "close" },
    };
    const request: ClientRequest = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options, (response) => readAnswer(response).then(done, failed));
    request.on("socket", (socket: Socket) => socket.once("connect", () => refuseClosed(socket, url, reach, request)));
    request.on("error", failed);
    request.end(body);
  });
}

/** What is not encrypted stays in networks that were let in. */
function mayCall(address: string, url: URL, { letIn }: Reach): boolean {
  return url.protocol === "https:" ? mayReach(address, letIn) : isLetIn(address, letIn);
}

/** The address really connected to. */
function refuseClosed(socket: Socket, url: URL, reach: Reach, request: ClientRequest): void {
  if (!mayCall(socket.remoteAddress ?? "", url, reach)) request.destroy(new Blocked());
}

function guarded(url: URL, reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    (reach.lookup ?? resolve)(hostname, { ...options, all: true }, (error, found) => {
      const addresses = found as LookupAddress[] | undefined;
      if (error) return callback(error, "", 4);
      // One closed address among open ones is enough: whoever has such a name means no good.
      if (!addresses?.length || addresses.some(({ address }) => !mayCall(address, url, reach))) return callback(new Blocked() as NodeJS.ErrnoException, "", 4);
      if (options.all) return (callback as unknown as (error: null, addresses: LookupAddress[]) => void)(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

async function readAnswer(response: IncomingMessage): Promise<{ status: number; answer: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (chunks.length < 16) chunks.push(chunk.subarray(0, KEPT_BYTES));
    // What was answered is known by its status: the rest is nobody's business.
    if (size > LARGEST_ANSWER) {
      response.destroy();
      break;
    }
  }
  return { status: response.statusCode as number, answer: Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString("utf8").replaceAll("\0", "") };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Blocked) return "blocked";
  const { name, code = "", cause } = error as { name?: string; code?: string; cause?: unknown };
  if (name === "AbortError" || name === "TimeoutError" || code === "ETIMEDOUT") return "timeout";
  if (cause instanceof Blocked) return "blocked";
  if (/^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|EPROTO|ERR_SSL)/.test(code)) return "tls";
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EINVAL)$/.test(code)) return "unreachable";
  return "broken";
}
