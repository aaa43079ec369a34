/** What SendGrid's event webhook posts, and the proof that it comes from there. */
import type { ProviderEvent } from "./provider-events.server";

/**
 * The events among the elements of a request. Elements that are no events are left out: SendGrid repeats a request that
 * is refused, and one bad element must not hold up the others.
 */
export function readSendGridEvents(body: readonly unknown[]): ProviderEvent[] {
  return body.flatMap((element: unknown) => {
    if (typeof element !== "object" || element === null) return [];
    const event = element as Record<string, unknown>;
    const { sg_event_id: eventId, event: type, timestamp, rapport_id: publicId, sg_message_id: messageId } = event;
    if (typeof eventId !== "string" || eventId === "" || typeof type !== "string" || !isInstant(timestamp)) return [];
    // The addressee stands in our own row: the copy that is kept must not outlive an erasure.
    const { email: _email, ...payload } = event;
    return [
      {
        eventId: keepable(eventId.slice(0, 200)),
        type: keepable(type.slice(0, 50)),
        publicId: typeof publicId === "string" ? keepable(publicId) : null,
        providerId: typeof messageId === "string" ? keepable(messageId.split(".")[0] ?? "") : null,
        at: Math.round(timestamp * 1000),
        payload: keepable(payload),
      },
    ];
  });
}

/** Seconds since the epoch, within some thousand years. */
function isInstant(timestamp: unknown): timestamp is number {
  return typeof timestamp === "number" && timestamp > 0 && timestamp < 1e11;
}

/** Servers' words hold anything. PostgreSQL keeps no NUL and no half of a character, and would refuse the whole request. */
function keepable<Value>(value: Value): Value {
  if (typeof value === "string" && !/[\0\ud800-\udfff]/.test(value)) return value;
  if (typeof value === "string") return value.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd") as Value;
  if (Array.isArray(value)) return value.map(keepable) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [keepable(key), keepable(member as unknown)])) as Value;
}
