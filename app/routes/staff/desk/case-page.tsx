import { Form, Link, useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { CheckCheck, ChevronLeft, Hand, Lock, MessageSquare, RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";

import { Beside } from "./beside";
import type { CaseAnswer, CaseData } from "./case.server";
import { Composers } from "./composers";
import { Reason } from "./reason";
import type { ThreadEntry } from "~/domain/cases/desk.server";
import { Badge, DueChip } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { CaseStatusChip } from "~/ui/case-status";
import { DataList } from "~/ui/data-list";
import { Icon } from "~/ui/icon";
import { Select } from "~/ui/inputs";
import { Money, DateTime, Day } from "~/ui/values";

/** One case: what it is about and what may be done, the thread with its composers, and the customer beside it. */
export default function CasePage() {
  const { about, acceptedByLaw, beside } = useLoaderData<CaseData>();
  const answer = useActionData<CaseAnswer>();
  const t = useTranslations("desk");
  const pane = useNewestInSight();
  return (
    <div className="xl:grid xl:h-dvh xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div ref={pane} className="min-w-0 xl:flex xl:h-dvh xl:flex-col xl:overflow-y-auto">
        <Head />
        <div className="flex flex-1 flex-col gap-4 px-4 py-4 sm:px-6">
          {answer?.refused && (
            <Callout tone="warn" focusable title={t("refusedTitle")}>
              <p>{t(`refused.${answer.refused as "changed"}`)}</p>
            </Callout>
          )}
          {acceptedByLaw && about.answeredAt === null && about.status !== "closed" && (
            <Callout tone="warn" title={t("byLaw.title")}>
              <p>{t("byLaw.text")}</p>
            </Callout>
          )}
          <Facts />
          <Thread />
        </div>
        <Composers key={about.publicId} />
      </div>
      <aside aria-label={t("beside.label", { name: beside.name })} className="min-w-0 border-line px-4 py-5 max-xl:border-t sm:px-6 xl:h-dvh xl:overflow-y-auto xl:border-l xl:px-5">
        <Beside beside={beside} />
      </aside>
    </div>
  );
}

/** In three panes the thread scrolls by itself: the newest message stands above the composer when a case is opened and when one comes. */
function useNewestInSight() {
  const { about, thread } = useLoaderData<CaseData>();
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (thread.length > 1 && matchMedia("(min-width: 80rem)").matches) pane.current?.scrollTo({ top: pane.current.scrollHeight });
  }, [about.publicId, thread.length]);
  return pane;
}

function useView(): string {
  const view = useSearchParams()[0].get("view");
  return view ? `?view=${encodeURIComponent(view)}` : "";
}

function Head() {
  const { about, campaign, may, reason, team, me } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  const view = useView();
  const verb = (name: string) => ({ method: "post" as const, action: `/staff/desk/${about.publicId}/${name}${view}`, preventScrollReset: true });
  const version = <input type="hidden" name="version" value={about.version} />;
  return (
    <header className="border-b border-line bg-paper px-4 py-4 sm:px-6 xl:sticky xl:top-0 xl:z-20">
      <Link to={`/staff/desk${view}`} className="mb-1 -ml-1 inline-flex min-h-6 items-center gap-0.5 text-sm text-muted hover:text-ink lg:hidden">
        <Icon of={ChevronLeft} size={15} />
        {t("title")}
      </Link>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 text-xl font-semibold">{about.subject}</h1>
        <CaseStatusChip status={about.status} forStaff />
        {about.decision && <Badge tone={about.decision === "rejected" ? "neutral" : "green"}>{t(`decisions.${about.decision}`)}</Badge>}
        {about.statutoryDueAt !== null && <DueChip dueAt={about.statutoryDueAt} answeredAt={about.answeredAt} />}
      </div>
      <p className="mt-1 text-sm text-muted">
        {about.number} · <DateTime at={about.receivedAt} show="dateTime" /> · <Reason reason={reason} currency={about.currency} of={about} withoutDue={about.statutoryDueAt !== null && about.answeredAt === null} />
      </p>
      {campaign && (
        <p className="mt-1 text-sm">
          {t.rich("repliesTo", { name: campaign.name, link: (name) => (campaign.to ? <Link to={campaign.to} className="text-pine underline">{name}</Link> : <strong>{name}</strong>) })}
        </p>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {may.startWork && (
          <Form {...verb("start")}>
            {version}
            <Button type="submit" size="sm" variant="primary" icon={Hand}>
              {t("start")}
            </Button>
          </Form>
        )}
        <Form {...verb("assign")} className="flex items-center gap-2">
          {version}
          <Select
            key={about.assigneeId ?? "nobody"}
            name="assignee"
            aria-label={t("assignee")}
            defaultValue={about.assigneeId === null ? "" : String(about.assigneeId)}
            placeholder={t("nobody")}
            options={team.map((person) => ({ value: String(person.id), label: person.id === me ? t("me", { name: person.name }) : person.name }))}
            className="min-h-(--control-sm) text-sm"
          />
          <Button type="submit" size="sm">
            {t("assign")}
          </Button>
        </Form>
        {about.assigneeId !== me && (
          <Form {...verb("assign")} id="assign-me">
            {version}
            <input type="hidden" name="assignee" value={me} />
            <Button type="submit" size="sm" title="A">
              {t("assignMe")}
            </Button>
          </Form>
        )}
        {may.close && (
          <Form {...verb("close")}>
            {version}
            <Button type="submit" size="sm" icon={CheckCheck}>
              {t("close")}
            </Button>
          </Form>
        )}
        {may.reopen && (
          <Form {...verb("reopen")}>
            {version}
            <Button type="submit" size="sm" icon={RotateCcw}>
              {t("reopen")}
            </Button>
          </Form>
        )}
      </div>
    </header>
  );
}

function Facts() {
  const { about } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  const th = useTranslations("help");
  const line = about.lines[0];
  if (!line) return null;
  return (
    <DataList
      className="rounded-md bg-sunken px-4 py-3"
      items={[
        [
          th("product"),
          <span key="product">
            {line.name} <span className="text-muted">{line.sku}</span> · <Money minor={line.totalMinor} currency={line.currency} />
          </span>,
        ],
        [
          th("orderLabel"),
          <Link key="order" to={`/staff/orders/${line.orderPublicId}`} className="text-pine underline">
            {line.orderNumber}
          </Link>,
        ],
        [t("delivered"), line.deliveredAt && <DateTime key="delivered" at={line.deliveredAt} />],
        [th("reason"), `${th(`reasons.${line.reason}`)}${line.quantity > 1 ? ` · ${th("line.pieces", { count: line.quantity })}` : ""}`],
        [th("noticedOn"), line.noticedOn && <Day key="day" day={line.noticedOn} />],
        [t("wants"), <strong key="wants">{th(`remedies.${line.wantedRemedy}`)}</strong>],
        [t("granted"), line.grantedRemedy && th(`remedies.${line.grantedRemedy}`)],
      ]}
    />
  );
}

function Thread() {
  const { thread, about } = useLoaderData<CaseData>();
  const t = useTranslations("desk");
  return (
    <section aria-label={t("thread")}>
      <ol className="flex flex-col gap-3" aria-live="polite" aria-relevant="additions">
        {thread.map((entry) => (
          <Entry key={entry.publicId} entry={entry} customer={about.customer} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry, customer }: { entry: Omit<ThreadEntry, "id">; customer: string }) {
  const t = useTranslations("desk");
  const isStrangers = entry.visibility === "internal" && entry.direction === "in";
  const isNote = entry.visibility === "internal" && !isStrangers;
  const isOurs = entry.direction === "out";
  return (
    <li
      className={cx(
        "max-w-[44rem] rounded-lg px-4 py-3",
        isNote ? "w-full border border-dashed border-amber bg-amber-wash" : isStrangers ? "mr-8 border border-dashed border-amber" : isOurs ? "ml-8 self-end bg-pine-wash" : "mr-8 border border-line",
      )}
    >
      <p className="mb-1 flex flex-wrap items-center gap-x-2.5 text-sm">
        {isNote && (
          <span className="inline-flex items-center gap-1 font-semibold text-amber">
            <Icon of={Lock} size={13} />
            {t("noteLabel")}
          </span>
        )}
        {isOurs && !isNote && <Icon of={MessageSquare} size={13} className="text-pine" />}
        <span className="font-medium">{isOurs ? (entry.author ?? t("us")) : isStrangers ? entry.sender : customer}</span>
        <DateTime at={entry.at} show="dateTime" className="text-muted" />
      </p>
      {isStrangers && <p className="mb-1 text-sm text-amber">{t("mailed.stranger")}</p>}
      {entry.isProved === false && !isStrangers && <p className="mb-1 text-sm text-muted">{t("mailed.unproved", { sender: entry.sender ?? "" })}</p>}
      {entry.outcome && <p className="font-semibold">{t(`decisions.${entry.outcome as "accepted"}`)}</p>}
      <p className="break-words whitespace-pre-line">{entry.body}</p>
      {entry.photos.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-2">
          {entry.photos.map((photo) => (
            <li key={photo.publicId}>
              <a href={`/staff/desk/photos/${photo.publicId}`} target="_blank" rel="noreferrer">
                <img src={`/staff/desk/photos/${photo.publicId}`} alt={t("photoOf", { name: photo.filename })} loading="lazy" className="size-28 rounded-md border border-line object-cover" />
              </a>
            </li>
          ))}
        </ul>
      )}
      {entry.files !== null && entry.files.length > 0 && <p className="mt-2 text-sm text-muted">{t("mailed.files", { names: entry.files.join(", ") })}</p>}
      {entry.original && (
        <p className="mt-2 text-sm">
          <Link to={`/staff/inbound?mail=${entry.original}`} className="text-muted underline hover:text-ink">
            {t("mailed.original")}
          </Link>
        </p>
      )}
    </li>
  );
}
