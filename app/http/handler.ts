import type { Request, Response } from "express";

import type { App } from "../context.server";

/** One of the quick public handlers that stand in front of Remix (handlers.server.ts is their table). */
export type Handler = {
  method: "get" | "post";
  /** An express path. */
  path: string;
  /** Why a POST here needs no Origin: signed webhook, or the one-click unsubscribe of RFC 8058. */
  csrfExempt?: "signed" | "one-click";
  handle: (app: App, request: Request, response: Response) => Promise<void> | void;
};
