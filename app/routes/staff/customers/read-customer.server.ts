import type { Reader } from "~/db/types";
import { listStaffNames } from "~/domain/accounts/staff.server";
import { listCampaignRefs } from "~/domain/campaigns/campaign-refs.server";
import { listCaseRefs } from "~/domain/cases/case-refs.server";
import { listTopics } from "~/domain/customers/topics.server";
import { EVENT_GROUPS, type EventGroup } from "~/domain/customers/events";
import { listMailSubjects, listTimeline, type TimelineEntry } from "~/domain/customers/events.server";
import type { StaffRole } from "~/domain/journal/actor";
import { listDeliveryRefs } from "~/domain/deliveries/delivery-refs.server";
import { listOrderRefs } from "~/domain/orders/order-refs.server";
import type { ShownEvent } from "./timeline";

/** Who looks: links lead only where this role may go. */
export type EventReader = { locale: string; role: StaffRole };

/** A page of the timeline, each entry with who did it and where it leads. */
export async function readTimeline(
  db: Reader,
  partyId: number,
  { group, before, limit = 40, ...reader }: EventReader & { group: EventGroup | null; before: string | null; limit?: number },
): Promise<{ events: ShownEvent[]; next: string | null }> {
  const { entries, next } = await listTimeline(db, partyId, { before, limit, kinds: group ? EVENT_GROUPS[group] : undefined });
  return { events: await shown(db, entries, reader), next };
}

export async function shown(db: Reader, entries: readonly TimelineEntry[], { locale, role }: EventReader): Promise<ShownEvent[]> {
  const of = (type: string) => entries.flatMap((e) => (e.subjectType === type && e.subjectId !== null ? [e.subjectId] : []));
  const ids = (key: "deliveryId" | "campaignId") => entries.flatMap((e) => (e[key] === null ? [] : [e[key]]));
  const [orders, cases, mails, subjects, campaigns, staff, topics] = await Promise.all([
    listOrderRefs(db, of("order")),
    listCaseRefs(db, of("case")),
    listDeliveryRefs(db, ids("deliveryId")),
    listMailSubjects(db, ids("deliveryId")),
    listCampaignRefs(db, ids("campaignId")),
    listStaffNames(db),
    listTopics(db, locale),
  ]);
  const names = new Map(staff.map(({ id, name }) => [id, name]));
  return entries.map((entry): ShownEvent => {
    const order = entry.subjectType === "order" ? orders.get(entry.subjectId ?? 0) : undefined;
    const ofCase = entry.subjectType === "case" ? cases.get(entry.subjectId ?? 0) : undefined;
    const mail = entry.deliveryId === null ? undefined : mails.get(entry.deliveryId);
    const data = entry.data as { topicId?: number; subject?: string };
    return {
      ...entry,
      subject: entry.deliveryId === null ? null : (data.subject ?? subjects.get(entry.deliveryId) ?? null),
      to: order
        ? `/staff/orders/${order.publicId}`
        : ofCase && role !== "marketer"
          ? `/staff/desk/${ofCase.publicId}`
          : mail && role !== "support"
            ? `/staff/outbox/${mail.publicId}`
            : null,
      by: entry.actorKind === "staff" ? (names.get(entry.actorId ?? 0) ?? null) : null,
      campaign: campaigns.get(entry.campaignId ?? 0)?.name ?? null,
      topic: data.topicId === undefined ? null : (topics.find((topic) => topic.id === data.topicId)?.name ?? null),
    };
  });
}
