/**
 * What the quick handlers answer with. node checks and joins the headers of each answer anew, which costs as much as all
 * that is done for an open; these are the same but for the date, and are put together once a second.
 */
import type { ServerResponse } from "node:http";

import type { App } from "../context.server";
import type { Env } from "../env.server";

type Headers = readonly string[];

const kept = new WeakMap<Env, { own: Headers; everywhere: Headers; pictures: Map<string, Ready>; leads: Record<302 | 303, Ready> }>();

function answersFor(env: Env) {
  let its = kept.get(env);
  if (!its) {
    const common = [
      "Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "X-Content-Type-Options", "nosniff",
      "X-Frame-Options", "DENY",
      "Referrer-Policy", "no-referrer",
      "Cross-Origin-Opener-Policy", "same-origin",
      "Cache-Control", "no-store, private",
      ...(env.APP_URL.startsWith("https:") ? ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"] : []),
    ];
    // Mail is read on other people's sites.
    const own = [...common, "Cross-Origin-Resource-Policy", "same-origin"];
    const everywhere = [...common, "Cross-Origin-Resource-Policy", "cross-origin"];
    const leads = { 302: new Ready("302 Found", own), 303: new Ready("303 See Other", own) };
    kept.set(env, (its = { own, everywhere, pictures: new Map(), leads }));
  }
  return its;
}

/** A short text. */
export function say(app: App, response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, [...answersFor(app.env).own, "Content-Type", "text/plain; charset=utf-8", "Content-Length", String(body.length)]);
  response.end(body);
}

/** Leads elsewhere. */
export function lead(app: App, response: ServerResponse, status: 302 | 303, location: string): void {
  const its = answersFor(app.env);
  // What is not plain node looks at, and may refuse.
  if (takesReady(response) && /^[\x21-\x7e]+$/.test(location)) return put(response, status, `${its.leads[status].head()}Location: ${location}\r\nContent-Length: 0\r\n\r\n`);
  response.writeHead(status, [...its.own, "Location", location, "Content-Length", "0"]);
  response.end();
}

/** A small picture that pages of others may show, its bytes as a text of latin1. */
export function show(app: App, response: ServerResponse, type: string, picture: string): void {
  const its = answersFor(app.env);
  const headers = ["Content-Type", type, "Content-Length", String(picture.length)];
  if (takesReady(response) && response.req.method === "GET") {
    let ready = its.pictures.get(picture);
    if (!ready) its.pictures.set(picture, (ready = new Ready("200 OK", [...its.everywhere, ...headers], `\r\n${picture}`)));
    return put(response, 200, ready.head());
  }
  response.writeHead(200, [...its.everywhere, ...headers]);
  response.end(picture, "latin1");
}

// ── answers made beforehand ─────────────────────────────────────────────────────────────────────────────────────────

/** A connection that stays open, and the node that we know. */
function takesReady(response: ServerResponse): boolean {
  return response.shouldKeepAlive && response.req.httpVersionMinor === 1 && "_header" in response;
}

/**
 * `_header` is where node keeps the head when it has made it, and what `end` sends first, as latin1. That an answer is
 * the same as by writeHead stands in quick.test.ts.
 */
function put(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  Object.assign(response, { _header: text });
  response.end();
}

class Ready {
  private second = 0;
  private text = "";
  private readonly start: string;

  constructor(
    status: string,
    headers: Headers,
    private readonly rest = "",
  ) {
    this.start = `HTTP/1.1 ${status}\r\n${headers.map((part, i) => (i % 2 ? `${part}\r\n` : `${part}: `)).join("")}`;
  }

  head(): string {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.text = `${this.start}Date: ${new Date(second * 1000).toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n${this.rest}`;
    }
    return this.text;
  }
}
