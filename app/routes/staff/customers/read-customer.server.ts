import type { Reader } from "~/db/types";
import { listStaffNames } from "~/domain/accounts/staff.server";
import { listCaseRefs } from "~/domain/cases/case-refs.server";
import { listTopics } from "~/domain/customers/consents.server";
import { EVENT_GROUPS, type EventGroup } from "~/domain/customers/events";
import { listTimeline, type TimelineEntry } from "~/domain/customers/events.server";
import { listDeliveryRefs } from "~/domain/deliveries/delivery-refs.server";
import { listOrderRefs } from "~/domain/orders/order-refs.server";
import type { ShownEvent } from "./timeline";

/** A page of the timeline, each entry with who did it and where it leads. */
export async function readTimeline(
  db: Reader,
  partyId: number,
  { group, before, locale, limit = 40 }: { group: EventGroup | null; before: string | null; locale: string; limit?: number },
): Promise<{ events: ShownEvent[]; next: string | null }> {
  const { entries, next } = await listTimeline(db, partyId, { before, limit, kinds: group ? EVENT_GROUPS[group] : undefined });
  return { events: await shown(db, entries, locale), next };
}

export async function shown(db: Reader, entries: readonly TimelineEntry[], locale: string): Promise<ShownEvent[]> {
  const of = (type: string) => entries.flatMap((e) => (e.subjectType === type && e.subjectId !== null ? [e.subjectId] : []));
  const [orders, cases, mails, staff, topics] = await Promise.all([
    listOrderRefs(db, of("order")),
    listCaseRefs(db, of("case")),
    listDeliveryRefs(db, entries.flatMap((e) => (e.deliveryId === null ? [] : [e.deliveryId]))),
    listStaffNames(db),
    listTopics(db, locale),
  ]);
  const names = new Map(staff.map(({ id, name }) => [id, name]));
  return entries.map((entry): ShownEvent => {
    const order = entry.subjectType === "order" ? orders.get(entry.subjectId ?? 0) : undefined;
    const ofCase = entry.subjectType === "case" ? cases.get(entry.subjectId ?? 0) : undefined;
    const mail = entry.deliveryId === null ? undefined : mails.get(entry.deliveryId);
    const data = entry.data as { topicId?: number; campaign?: string };
    return {
      ...entry,
      to: order ? `/staff/orders/${order.publicId}` : ofCase ? `/staff/desk/${ofCase.publicId}` : mail ? `/staff/outbox/${mail.publicId}` : null,
      by: entry.actorKind === "staff" ? (names.get(entry.actorId ?? 0) ?? null) : null,
      campaign: data.campaign ?? null,
      topic: data.topicId === undefined ? null : (topics.find((topic) => topic.id === data.topicId)?.name ?? null),
    };
  });
}
