/**
 * Sessions and cookies in HTTP: which population a URL belongs to, who the request speaks for, and the cookies that a
 * login sets. With an https address every cookie of ours is `__Host-` and Secure.
 */
import type { AppLoadContext } from "@remix-run/node";

import type { App } from "../context.server";
import type { Audience } from "../domain/accounts/account";
import { readCookie, readSessionId, resolveSession, sessionCookie, type Resolved } from "../domain/accounts/sessions.server";
import type { SignedIn, Visitor } from "../domain/accounts/sign-in.server";
import { cookieName, isSecure, ownCookie, YEAR_S } from "./cookies.server";

/** `/staff…` is the staff's, everything else the customers': the two cookies never speak for the other's pages. */
export function areaOf(pathname: string): Audience {
  return /^\/staff(?=[/.]|$)/.test(pathname) ? "staff" : "customer";
}

/** Who a request's cookies speak for in one of the two areas. */
export function resolveActor(app: App, audience: Audience, cookieHeader: string | null | undefined): Promise<Resolved> {
  return resolveSession(app.db, audience, cookieHeader, isSecure(app));
}

/** The session id that the browser came with, for logging out and for telling one's own session from others. */
export function currentSessionId(context: AppLoadContext, request: Request, audience: Audience): string | null {
  return readSessionId(request.headers.get("Cookie"), audience, isSecure(context.app));
}

/** Where a login comes from. */
export function visitorOf(context: AppLoadContext, request: Request, audience: Audience): Visitor {
  return {
    remoteAddress: context.remoteAddress,
    userAgent: request.headers.get("User-Agent"),
    device: readCookie(request.headers.get("Cookie"), cookieName(context.app, `rapport_device_${audience}`)),
    sessionId: currentSessionId(context, request, audience),
  };
}

/** The cookies of a fresh login. */
export function signedInHeaders(app: App, audience: Audience, signedIn: Pick<SignedIn, "sessionId" | "device">): Headers {
  const headers = sessionHeaders(app, audience, signedIn.sessionId);
  headers.append("Set-Cookie", ownCookie(app, `rapport_device_${audience}`, signedIn.device, YEAR_S));
  return headers;
}

/** The cookie of a session, or, with null, the one that takes it away. */
export function sessionHeaders(app: App, audience: Audience, sessionId: string | null): Headers {
  return new Headers({ "Set-Cookie": sessionCookie(audience, sessionId, isSecure(app)) });
}

/** The language chosen on this device: it comes before the account's, so a change of the account must set it too. */
export function languageHeaders(app: App, locale: string): Headers {
  return new Headers({ "Set-Cookie": ownCookie(app, "lang", locale, YEAR_S) });
}

/** What a link carried, kept for the page behind it: the token leaves the address bar before the page is shown. */
export type Held = "reset_staff" | "reset_customer" | "login_link" | "login_code" | "verify_email" | "sign_up";
const HOLD_S = 3600;

/** Whatever is no token of ours is not kept: what stands in an address must not write its own cookie attributes. */
export function heldHeaders(app: App, what: Held, value: string | null): Headers {
  const kept = value !== null && /^[\w-]{1,128}$/.test(value) ? value : "";
  return new Headers({ "Set-Cookie": ownCookie(app, `rapport_${what}`, kept, kept ? HOLD_S : 0) });
}

export function readHeld(context: AppLoadContext, request: Request, what: Held): string | null {
  return readCookie(request.headers.get("Cookie"), cookieName(context.app, `rapport_${what}`));
}

/** Answers that must not tell by their time whether there was something to do take at least this long. */
export async function atLeast<T>(ms: number, work: Promise<T>): Promise<T> {
  const [result] = await Promise.all([work, new Promise((resolve) => setTimeout(resolve, ms))]);
  return result;
}
