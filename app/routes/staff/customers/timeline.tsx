import { Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import {
  Ban, BadgeCheck, BanknoteArrowDown, BanknoteArrowUp, CircleX, Eye, FilePlus2, Hammer, LogIn, LogOut, type LucideIcon, MailCheck, MailOpen, Mails, MailX, Merge, MessageSquare, MessageSquareReply, Milestone, MousePointerClick, PackageCheck,
  PenTool, PhoneIncoming, PhoneOutgoing, ReceiptText, RotateCcw, Scale, Send, ShieldCheck, ShieldX, ShoppingBag, Split, StickyNote, Tag, TriangleAlert, Truck, Undo2, UserRound,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { EVENT_GROUPS, type EventGroup, type EventKind } from "~/domain/customers/events";
import type { TimelineEntry } from "~/domain/customers/events.server";
import { ActivityFeed } from "~/ui/activity";
import { Badge } from "~/ui/badge";

const ICONS: Record<EventKind, LucideIcon> = {
  mail_accepted: MailCheck, mail_failed: MailX, mail_opened: Eye, mail_clicked: MousePointerClick, mail_bounced: MailX, mail_reported_spam: TriangleAlert,
  mail_replied: MessageSquare, mail_unsubscribed: Ban, order_placed: ShoppingBag, order_in_production: Hammer, order_shipped: Truck, order_delivered: PackageCheck,
  order_cancelled: CircleX, invoice_issued: ReceiptText, credit_note_issued: Undo2, payment_in: BanknoteArrowDown, payment_out: BanknoteArrowUp, case_filed: MessageSquare, case_message_in: MessageSquare, case_message_out: MessageSquareReply, case_decided: Scale,
  case_closed: BadgeCheck, case_reopened: RotateCcw, consent_granted: ShieldCheck, consent_withdrawn: ShieldX, portal_visit: UserRound,
  design_saved: PenTool, party_created: FilePlus2, party_imported: FilePlus2, segment_entered: LogIn, segment_left: LogOut, tag_added: Tag, tag_removed: Tag, note_written: StickyNote, stage_changed: Milestone, contact_in: PhoneIncoming, contact_out: PhoneOutgoing, contact_copied: Mails, party_merged: Merge, party_unmerged: Split,
};

/** A contact that is a mail, kept whole. */
const MAIL_ICONS: Partial<Record<EventKind, LucideIcon>> = { contact_in: MailOpen, contact_out: Send };

const GOOD: readonly EventKind[] = ["order_placed", "order_delivered", "consent_granted"];
const BAD: readonly EventKind[] = ["mail_failed", "mail_bounced", "mail_reported_spam", "order_cancelled"];

/** An event with what the page looked up for it: where it leads, who did it, what it belongs to. */
export type ShownEvent = TimelineEntry & { to: string | null; by: string | null; campaign: string | null; topic: string | null; /** of the mail that it is about */ subject: string | null };

export function CustomerTimeline({ events, label }: { events: readonly ShownEvent[]; label: string }) {
  const describe = useEventWords();
  return (
    <ActivityFeed
      label={label}
      items={events.map((event) => {
        const { title, detail } = describe(event);
        return {
          key: event.id,
          at: event.at,
          icon: event.subjectType === "kept_mail" ? MAIL_ICONS[event.kind] ?? Mails : ICONS[event.kind],
          title: event.to ? (
            <Link to={event.to} className="hover:text-pine hover:underline">
              {title}
            </Link>
          ) : (
            title
          ),
          detail,
          tone: GOOD.includes(event.kind) ? "good" : BAD.includes(event.kind) ? "bad" : "plain",
        };
      })}
    />
  );
}

export function useEventWords(): (event: ShownEvent) => { title: string; detail: ReactNode } {
  const t = useTranslations("customers");
  const stage = (word: unknown) => (typeof word === "string" && t.has(`stages.${word}` as "stages.lead") ? t(`stages.${word}` as "stages.lead") : "–");
  return (event) => {
    const data = event.data as Record<string, string | number | boolean | undefined>;
    const channel = event.channel && t.has(`channels.${event.channel}` as "channels.email") ? t(`channels.${event.channel}` as "channels.email") : "";
    const title = t(event.subjectType === "kept_mail" ? `keptMails.${event.kind as "contact_in"}` : `events.${event.kind}`, {
      subject: event.subject ?? String(data.subject ?? t("show.noSubject")),
      number: String(data.number ?? ""),
      topic: event.topic ?? String(data.topicKey ?? ""),
      channel: channel.toLowerCase(),
      name: String(data.name ?? data.product ?? ""),
      from: stage(data.from),
      to: stage(data.to),
    });
    const facts = [
      event.by && t(event.subjectType === "kept_mail" && event.kind !== "contact_out" ? "keptMails.to" : "by", { name: event.by }),
      (event.kind.startsWith("case_") || event.kind.startsWith("contact_")) && channel,
      event.campaign && t("campaign", { name: event.campaign }),
      typeof data.reason === "string" && event.kind.startsWith("mail_") && data.reason,
      event.kind === "mail_clicked" && (data.label || data.url),
      event.kind === "order_shipped" && [data.carrier, data.trackingNumber].filter(Boolean).join(" "),
    ].filter(Boolean);
    const words = (event.kind === "note_written" || event.kind.startsWith("contact_")) && typeof data.text === "string" ? data.text : null;
    const detail =
      facts.length || data.robot || words ? (
        <span className="flex flex-wrap items-center gap-x-2">
          {words !== null && <span className="w-full break-words whitespace-pre-line text-ink">{words}</span>}
          {facts.join(" · ")}
          {data.robot === true && <Badge tone="outline">{t("robot")}</Badge>}
        </span>
      ) : null;
    return { title, detail };
  };
}

/** Links, so that each view has its address and works before scripts. */
export function TimelineFilter({ current, to }: { current: EventGroup | null; to: (group: EventGroup | null) => string }) {
  const t = useTranslations("customers");
  return (
    <nav aria-label={t("filterTimeline")} className="mb-4 flex flex-wrap gap-1.5">
      {([null, ...Object.keys(EVENT_GROUPS)] as (EventGroup | null)[]).map((group) => (
        <Link
          key={group ?? "all"}
          to={to(group)}
          preventScrollReset
          aria-current={group === current ? "true" : undefined}
          className={cx(
            "inline-flex min-h-(--control-sm) items-center rounded-md px-2.5 text-sm",
            group === current ? "bg-pine-wash font-medium text-pine" : "text-muted hover:bg-hover hover:text-ink",
          )}
        >
          {t(`groups.${group ?? "all"}`)}
        </Link>
      ))}
    </nav>
  );
}
