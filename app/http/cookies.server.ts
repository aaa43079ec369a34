/** Cookies of ours. With an https address each is `__Host-` and Secure: no other host can plant one, and none leaves in the clear. */
import type { App } from "../context.server";

export const YEAR_S = 365 * 24 * 3600;

export function isSecure(app: Pick<App, "env">): boolean {
  return app.env.APP_URL.startsWith("https:");
}

export function cookieName(app: Pick<App, "env">, name: string): string {
  return `${isSecure(app) ? "__Host-" : ""}${name}`;
}

/** A `Set-Cookie` that no script can read. `value` must be a plain one (no blanks, no semicolons); no age takes it away. */
export function ownCookie(app: Pick<App, "env">, name: string, value: string, maxAgeS: number): string {
  return `${cookieName(app, name)}=${value}; HttpOnly; Max-Age=${maxAgeS}; Path=/; SameSite=Lax${isSecure(app) ? "; Secure" : ""}`;
}
