import { randomBytes } from "node:crypto";

import type { NextFunction, Request, RequestHandler, Response } from "express";
import helmet from "helmet";

import type { Env } from "../env.server";

/** Headers of every answer: a nonce for our scripts, nothing framed, nothing sniffed. */
export function securityHeaders(env: Env): RequestHandler {
  const https = env.APP_URL.startsWith("https:");
  const nonce = (_request: unknown, response: unknown) => `'nonce-${(response as Response).locals.cspNonce}'`;
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", nonce as never],
        styleSrc: ["'self'", nonce as never],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(https && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: "same-origin" },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: "deny" },
  });
  return (request, response, next) => {
    response.locals.cspNonce = randomBytes(16).toString("base64");
    set(request, response, next);
  };
}

/** The origins from which our own pages may post. */
export function ownOrigins(env: Env): Set<string> {
  const own = new URL(env.APP_URL);
  const origins = new Set([own.origin]);
  if (["127.0.0.1", "localhost", "[::1]"].includes(own.hostname))
    for (const host of ["127.0.0.1", "localhost", "[::1]"]) origins.add(`${own.protocol}//${host}${own.port ? `:${own.port}` : ""}`);
  return origins;
}

/** Every request that is not GET or HEAD must come from one of our own pages (Origin header, RFC 6454). */
export function refuseForeignPosts(env: Env, isExempt: (request: Request) => boolean): RequestHandler {
  const own = ownOrigins(env);
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method === "GET" || request.method === "HEAD" || isExempt(request)) return next();
    if (own.has(request.headers.origin ?? "")) return next();
    response.status(403).type("text/plain").send("This request did not come from one of our own pages.");
  };
}
