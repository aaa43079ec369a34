/** What every loader and action is given beside the request. Filled in by server.ts, once per request. */
import type { App } from "../context.server";
import type { Anonymous, CustomerActor, StaffActor } from "../domain/journal/actor";
import type { Locale } from "../i18n/locales";

export type RequestActor = Anonymous | StaffActor | CustomerActor;

declare module "@remix-run/node" {
  /** Loaders and actions answer by turbo-stream: what they return arrives with its types, not as JSON. */
  interface Future {
    v3_singleFetch: true;
  }

  interface AppLoadContext {
    app: App;
    /** Who asks: resolved from the session cookie of the area that the URL belongs to. */
    actor: RequestActor;
    locale: Locale;
    timeZone: string;
    /** The theme's switch: follow the system unless chosen. */
    theme: "system" | "light" | "dark";
    remoteAddress: string;
    requestId: string;
    cspNonce: string;
  }
}
