/** Webhooks: what can be told, when it is tried again, and what an address must look like. Pure, for both sides. */
import { z } from "zod";

/**
 * What somebody can hear of, and where it is written down: as a kind of the customers' timeline (events), or as a command of
 * the journal (audit), behind a colon with the outcome that it must have had. Each thing that happened comes from one of the two,
 * never from both.
 */
export const EVENT_TYPES = {
  "party.created": { events: ["party_created", "party_imported"] },
  "party.updated": { audit: ["updateParty", "changeProfile", "changeLanguage", "setPrimaryContact", "noteEmail", "removePrimaryContact", "pauseMarketing", "confirmEmailChange", "undoMerge"] },
  "party.merged": { audit: ["mergeParties"] },
  "party.erased": { audit: ["erasePerson"] },
  "consent.granted": { events: ["consent_granted"] },
  "consent.withdrawn": { events: ["consent_withdrawn"] },
  "product.created": { audit: ["createProduct"] },
  "product.updated": { audit: ["updateProduct", "addOption", "addOptionValue", "changeOptionValue", "addRule", "removeRule"] },
  "order.created": { events: ["order_placed"] },
  "order.in_production": { events: ["order_in_production"] },
  "order.shipped": { events: ["order_shipped"] },
  "order.delivered": { events: ["order_delivered"] },
  "order.cancelled": { events: ["order_cancelled"] },
  "invoice.issued": { events: ["invoice_issued", "credit_note_issued"] },
  "invoice.changed": { audit: ["upsertInvoice:changed"] },
  "payment.created": { events: ["payment_in", "payment_out"] },
  "payment.changed": { audit: ["upsertPayment:changed"] },
  "shipment.created": { audit: ["upsertShipment:created"] },
  "shipment.changed": { audit: ["upsertShipment:changed"] },
  "segment.changed": { audit: ["createSegment", "saveSegment", "archiveSegment", "restoreSegment"] },
  "campaign.created": { audit: ["createCampaign"] },
  "campaign.changed": { audit: ["saveCampaign", "approveCampaign", "scheduleCampaign", "unscheduleCampaign", "pauseCampaign", "resumeCampaign", "cancelCampaign"] },
  "campaign.launched": { audit: ["launchCampaign"] },
  "campaign.finished": { audit: ["finishCampaign"] },
  "delivery.bounced": { events: ["mail_bounced"] },
  "delivery.reported_spam": { events: ["mail_reported_spam"] },
  "case.created": { events: ["case_filed"] },
  "case.message": { events: ["case_message_in", "case_message_out"] },
  "case.decided": { events: ["case_decided"] },
  "case.closed": { events: ["case_closed"] },
  "case.reopened": { events: ["case_reopened"] },
} as const satisfies Record<string, { events?: readonly string[]; audit?: readonly string[] }>;

export type EventType = keyof typeof EVENT_TYPES;
export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as [EventType, ...EventType[]];

export type Want = { source: "audit" | "event"; kind: string };

function placesOf(type: string): Want[] {
  const { events = [], audit = [] } = (EVENT_TYPES as Record<string, { events?: readonly string[]; audit?: readonly string[] }>)[type] ?? {};
  return [...events.map((kind): Want => ({ source: "event", kind })), ...audit.map((kind): Want => ({ source: "audit", kind }))];
}

/** Where these types are written down, as the triggers ask for it: without outcomes, each once. */
export function wantsOf(types: readonly string[]): Want[] {
  const wants = types.flatMap(placesOf).map(({ source, kind }): Want => ({ source, kind: kind.replace(/:.*/, "") }));
  return wants.filter((want, i) => wants.findIndex((other) => other.source === want.source && other.kind === want.kind) === i);
}

export function typeOf({ source, kind }: Want, outcome?: unknown): EventType | null {
  const kinds = [kind, `${kind}:${String(outcome)}`];
  return EVENT_TYPE_NAMES.find((type) => placesOf(type).some((place) => place.source === source && kinds.includes(place.kind))) ?? null;
}

/** Whatever is wrong with it besides: what it leads to is looked at when it is called. */
export function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text) || text.length > 500) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password && !hash;
}

export const webhookSchema = z.object({
  url: z.string({ error: "required" }).trim().min(1, "required").refine(isWebhookUrl, "webhook_url"),
  description: z.string().trim().max(200, "too_long:200").default(""),
  types: z.array(z.enum(EVENT_TYPE_NAMES, "choose")).min(1, "choose"),
});

/** What is posted. It names things; what they hold is read by the API. */
export const webhookMessageSchema = z.strictObject({
  type: z.string(),
  timestamp: z.iso.datetime().describe("When it happened"),
  data: z.strictObject({
    object: z.string().describe("party, order, invoice …"),
    id: z.uuid(),
    href: z.string().describe("Where it can be read"),
    party_id: z.uuid().optional().describe("Whom it is about"),
  }).partial().describe("Empty in a test"),
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long one message is tried, and how long an address may fail before nothing more is sent to it. */
export const TRY_FOR = 3 * DAY;
export const DISABLE_AFTER = 5 * DAY;
/** How long a former secret goes on signing beside the new one. */
export const SECRET_OVERLAP = DAY;

/**
 * When the next attempt is due, after `attempts` of them: half a minute, then double as long each time up to six hours, and up
 * to a fifth more by chance, so that many that failed together do not come back together. Null: given up.
 * @param chance 0 to 1
 */
export function nextTryAt(createdAt: number, attempts: number, now: number, chance: number): number | null {
  const wait = Math.min(6 * HOUR, (MINUTE / 2) * 2 ** Math.max(0, attempts - 1));
  const at = now + Math.round(wait * (1 + chance / 5));
  return at > createdAt + TRY_FOR ? null : at;
}

/** Taken is what is answered with 2xx, and nothing else: where a redirect leads nobody has agreed to. */
export function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
