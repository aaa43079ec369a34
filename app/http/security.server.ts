import { randomBytes } from "node:crypto";

import type { NextFunction, Request, RequestHandler, Response } from "express";
import helmet from "helmet";

import type { Env } from "../env.server";

/** Headers of every answer: a nonce for our scripts, nothing framed, nothing sniffed. */
export function securityHeaders(env: Env): RequestHandler {
  const https = env.APP_URL.startsWith("https:");
  const policy = (referrer: "same-origin" | "no-referrer") => headers(https, referrer);
  const usual = policy("same-origin");
  const secretPath = policy("no-referrer");
  const mailCopy = mailHeaders(["'self'", "https:", "data:"]);
  const foreignMail = mailHeaders(["data:"]);
  const mailPicture = helmet({ contentSecurityPolicy: false, crossOriginResourcePolicy: { policy: "cross-origin" } });
  return (request, response, next) => {
    response.locals.cspNonce = randomBytes(16).toString("base64");
    const { path } = request;
    const set = SECRET_PATH.test(path) ? secretPath : MAIL_COPY.test(path) ? mailCopy : FOREIGN_MAIL.test(path) ? foreignMail : MAIL_PICTURE.test(path) ? mailPicture : usual;
    set(request, response, next);
  };
}

/** Mails as they look, for a frame on our own pages: styles of their own, pictures from anywhere, nothing that runs. */
const MAIL_COPY = /^\/staff\/(?:mailings\/[\w-]+\/preview|mailings\/templates\/[\w-]+|outbox\/[\w-]+\/copy)$|^\/portal\/preferences\/mails\/[\w-]+\/copy$/;

/** A mail that others wrote: nothing of it is fetched from anywhere, so that its writer does not learn who reads it when. */
const FOREIGN_MAIL = /^\/staff\/mails\/[\w-]+\/as-sent$/;

/** Pictures in mails are shown by other people's pages: the mailbox of their reader. */
const MAIL_PICTURE = /^\/mail\/[\w-]+\.png$/;

function mailHeaders(pictures: string[]): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        imgSrc: pictures,
        sandbox: ["allow-popups", "allow-popups-to-escape-sandbox"],
        formAction: ["'none'"],
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: "sameorigin" },
  });
}

/**
 * Addresses that are secrets themselves. They answer with a redirect that leaves the secret behind: a page under
 * `no-referrer` would post its forms with `Origin: null`, which is refused below.
 */
const SECRET_PATH = /^\/(?:(?:staff\/)?reset|login\/link|sign-up\/confirm|portal\/account\/email)\/./;

function headers(https: boolean, referrer: "same-origin" | "no-referrer"): RequestHandler {
  const nonce = (_request: unknown, response: unknown) => `'nonce-${(response as Response).locals.cspNonce}'`;
  return helmet({
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
    referrerPolicy: { policy: referrer },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: "deny" },
  });
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
    // Anybody can send it, and the framework would believe it.
    delete request.headers["x-forwarded-host"];
    if (request.method === "GET" || request.method === "HEAD" || isExempt(request)) return next();
    const { origin } = request.headers;
    if (origin && own.has(origin)) {
      // Remix compares Origin with Host once more, and would refuse every form behind a proxy that rewrites Host.
      request.headers.host = new URL(origin).host;
      return next();
    }
    response.status(403).type("text/plain").send(`This request did not come from one of our own pages. If Rapport is reached at another address than ${env.APP_URL}, set APP_URL to it.\n`);
  };
}
