/**
 * The quickest way through the server: node's own 'request' event, the address taken apart by hand, no middleware. What
 * is asked for here has no cookie, no page and no form; its answers carry the same headers as all others.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

import type { App } from "../context.server";
import type { Asked, Handler, QuickHandle } from "./handler";
import { say } from "./quick-answers.server";

type Quick = { quick: QuickHandle; params: number; /** As the log may name it. */ path: string };

/** @returns a listener that answers, or says false: then the request is for somebody else */
export function quickListener(app: App, handlers: readonly Handler[]): (request: IncomingMessage, response: ServerResponse) => boolean {
  const table = new Map(handlers.flatMap((h) => ("quick" in h ? methodsOf(h).map((method) => [`${method} ${firstSegment(h.path)}`, quickOf(h)] as const) : [])));
  const proxies = app.env.TRUSTED_PROXIES;

  return (request, response) => {
    const url = request.url as string;
    const second = url.indexOf("/", 1);
    if (second < 0) return false;
    const found = table.get(`${request.method} ${url.slice(0, second)}`);
    if (!found) return false;
    const query = url.indexOf("?", second);
    const path = url.slice(second + 1, query < 0 ? undefined : query);
    // Nothing of ours is written with a per cent sign: the router says what is wrong with it.
    if (path.includes("%")) return false;
    const params = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
    if (params.length !== found.params) return false;
    void answer(app, found, { request, params, remoteAddress: remoteAddressOf(request, proxies) }, response);
    return true;
  };
}

async function answer(app: App, { quick, path }: Quick, asked: Asked, response: ServerResponse): Promise<void> {
  try {
    await quick(app, asked, response);
    // Opens and clicks stand in the database, each of them: the log holds what came to nothing, and what was changed.
    const { method } = asked.request;
    const { statusCode: status } = response;
    if (status >= 400 || method === "POST") app.log.info({ method, path, status }, "request");
  } catch (error) {
    app.log.error({ err: error }, "request failed");
    if (!response.headersSent) say(app, response, 500, "Something went wrong on our side. Please try again.");
    else response.destroy();
  }
}

function methodsOf({ method }: Handler): string[] {
  return method === "get" ? ["GET", "HEAD"] : ["POST"];
}

function firstSegment(path: string): string {
  return path.slice(0, path.indexOf("/", 1));
}

function quickOf(handler: Extract<Handler, { quick: QuickHandle }>): Quick {
  return { quick: handler.quick, params: handler.path.split("/").length - 2, path: handler.path };
}

/** The address of who asks, behind so many proxies that each add whom they saw to X-Forwarded-For. */
export function remoteAddressOf(request: IncomingMessage, proxies: number): string | null {
  const socket = request.socket.remoteAddress ?? null;
  const forwarded = proxies === 0 ? undefined : request.headers["x-forwarded-for"];
  if (!forwarded) return socket;
  const seen = String(forwarded).split(",").map((part) => part.trim()).filter(Boolean);
  return seen.at(-Math.min(proxies, seen.length)) ?? socket;
}
