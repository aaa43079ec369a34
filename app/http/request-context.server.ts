import type { AppLoadContext } from "@remix-run/node";
import type { Request, Response } from "express";

import type { App } from "../context.server";
import { getCompany } from "../domain/company/company.server";
import { findParty } from "../domain/customers/customers.server";
import { isLocale, negotiateLocale, type Locale } from "../i18n/locales";
import type { RequestActor } from "./context";
import { cookieName } from "./cookies.server";
import { areaOf, resolveActor } from "./session.server";

/** Who asks, in which language and zone: worked out once per request. */
export async function requestContext(app: App, request: Request, response: Response): Promise<AppLoadContext> {
  const cookies = readCookies(request.headers.cookie);
  const chosen = (name: string) => cookies[cookieName(app, name)];
  const theme = chosen("theme");
  const resolved = await resolveActor(app, areaOf(pagePath(request)), request.headers.cookie);
  if (resolved.setCookie) response.append("Set-Cookie", resolved.setCookie);
  const actor: RequestActor = resolved.actor ?? { kind: "anonymous" };
  return {
    app,
    actor,
    locale: localeOf(actor, chosen("lang"), request.headers["accept-language"]),
    timeZone: await timeZoneOf(app, actor),
    theme: theme === "light" || theme === "dark" ? theme : "system",
    remoteAddress: request.ip ?? "",
    requestId: response.locals.requestId as string,
    cspNonce: response.locals.cspNonce as string,
  };
}

/** The switches of language and theme stand on pages of both areas: they act for the one they were pressed in. */
function pagePath(request: Request): string {
  if (!/^\/(language|theme)(\.data)?$/.test(request.path)) return request.path;
  const { referer } = request.headers;
  return referer && URL.canParse(referer) ? new URL(referer).pathname : request.path;
}

/** A choice on this device comes first, then the account's language, then the browser's. */
function localeOf(actor: RequestActor, chosen: string | undefined, acceptLanguage: string | undefined): Locale {
  if (isLocale(chosen)) return chosen;
  if (actor.kind !== "anonymous" && isLocale(actor.locale)) return actor.locale;
  return negotiateLocale(acceptLanguage);
}

/** Customers read times in their own zone, where it is known; everybody else in the company's. */
async function timeZoneOf(app: App, actor: RequestActor): Promise<string> {
  const own = actor.kind === "customer" ? (await findParty(app.db.read, actor.partyId))?.timeZone : null;
  return own || (await getCompany(app.db.read)).timeZone;
}

function readCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0) cookies[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return cookies;
}
