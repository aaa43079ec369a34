import type { AppLoadContext } from "@remix-run/node";

import { bySystem, type By, type CustomerActor, type StaffActor } from "../domain/journal/actor";

/** The staff member who asks. access.ts has already refused everybody else; this gives the type. */
export function requireStaff(context: AppLoadContext): StaffActor {
  if (context.actor.kind !== "staff") throw new Response(null, { status: 403 });
  return context.actor;
}

/** The customer who asks. Reads for them carry their partyId in the WHERE. */
export function requireCustomer(context: AppLoadContext): CustomerActor {
  if (context.actor.kind !== "customer") throw new Response(null, { status: 403 });
  return context.actor;
}

/** By whom and when: the second argument of every command. */
export function by(context: AppLoadContext): By {
  const now = context.app.clock();
  if (context.actor.kind === "anonymous") return bySystem("public", now);
  return { actor: context.actor, now };
}

/** Absence, and what is not yours, look the same: 404. */
export function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Response(null, { status: 404 });
  return value;
}
