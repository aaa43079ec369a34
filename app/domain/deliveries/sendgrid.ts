/** What SendGrid's event webhook posts, and the proof that it comes from there. */
import type { ProviderEvent } from "./provider-events.server";

/**
 * The events of one request. Elements that are no events are left out: SendGrid repeats a request that is refused, and
 * one bad element must not hold up the others.
 */
export function readSendGridEvents(body: unknown): ProviderEvent[] | null {
  if (!Array.isArray(body)) return null;
  return body.flatMap((element: unknown) => {
    if (typeof element !== "object" || element === null) return [];
    const event = element as Record<string, unknown>;
    const { sg_event_id: eventId, event: type, timestamp, rapport_id: publicId, sg_message_id: messageId } = event;
    if (typeof eventId !== "string" || eventId === "" || typeof type !== "string" || typeof timestamp !== "number") return [];
    // The addressee stands in our own row: the copy that is kept must not outlive an erasure.
    const { email: _email, ...payload } = event;
    return [
      {
        eventId: eventId.slice(0, 200),
        type: type.slice(0, 50),
        publicId: typeof publicId === "string" ? publicId : null,
        providerId: typeof messageId === "string" ? (messageId.split(".")[0] ?? null) : null,
        at: Math.round(timestamp * 1000),
        payload,
      },
    ];
  });
}
