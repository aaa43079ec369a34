/** Tokens of the API: what they may be made for. Pure, for both sides. */
import { z } from "zod";

/** What the API has, in the order of the documentation. */
export const RESOURCES = [
  "parties", "notes", "consents", "products", "orders", "invoices", "payments", "shipments", "segments", "campaigns", "deliveries", "cases",
] as const;
export type Resource = (typeof RESOURCES)[number];

/** These are made by the mailing itself: there is nothing to write. */
const READ_ONLY: readonly Resource[] = ["deliveries"];

export type Scope = `${Resource}:read` | `${Resource}:write`;

export const SCOPES: readonly Scope[] = RESOURCES.flatMap((resource): Scope[] =>
  READ_ONLY.includes(resource) ? [`${resource}:read`] : [`${resource}:read`, `${resource}:write`],
);

export const scopeSchema = z.enum(SCOPES as [Scope, ...Scope[]], "choose");

/** So that scanners of code and logs know one when they see it. */
export const TOKEN_PREFIX = "rapport_";

export const EXPIRIES = ["30", "90", "365", "never"] as const;

export const newTokenSchema = z.object({
  name: z.string({ error: "required" }).trim().min(1, "required").max(80, "too_long:80"),
  scopes: z.array(scopeSchema).min(1, "choose"),
  /** Days. */
  expires: z.enum(EXPIRIES, "choose"),
});

export type TokenState = "active" | "expired" | "revoked";

export function tokenState(token: { expiresAt: number | null; revokedAt: number | null }, now: number): TokenState {
  if (token.revokedAt !== null) return "revoked";
  return token.expiresAt !== null && token.expiresAt <= now ? "expired" : "active";
}
