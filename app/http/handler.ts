import type { IncomingMessage, ServerResponse } from "node:http";

import type { Request, Response } from "express";

import type { App } from "../context.server";

/** One of the public handlers that stand in front of Remix (handlers.server.ts is their table). */
export type Handler = {
  method: "get" | "post";
  /** An express path. */
  path: string;
  /** Why a POST here needs no Origin: signed webhook, or the one-click unsubscribe of RFC 8058. */
  csrfExempt?: "signed" | "one-click";
} & (
  | { handle: (app: App, request: Request, response: Response) => Promise<void> | void }
  /** Answered before express and its middleware: what the links of a million mails ask for (quick.server.ts). */
  | { quick: QuickHandle }
);

export type QuickHandle = (app: App, asked: Asked, response: ServerResponse) => Promise<void> | void;

export type Asked = {
  request: IncomingMessage;
  /** What stands for the `:names` of the path, in their order. */
  params: readonly string[];
  /** As express tells `request.ip`: behind TRUSTED_PROXIES proxies, the address that the outermost of them saw. */
  remoteAddress: string | null;
};
