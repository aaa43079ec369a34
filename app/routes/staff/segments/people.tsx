import type { AppLoadContext, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { UsersRound, X } from "lucide-react";
import { useTranslations } from "use-intl";

import { listForecastPeople } from "~/domain/campaigns/audience.server";
import { WATERFALL } from "~/domain/campaigns/campaign";
import { countMembersThen, findKnownDay, findLastDay, listMembersThen } from "~/domain/segments/members.server";
import { findSegment, type Segment } from "~/domain/segments/segments.server";
import { found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Icon } from "~/ui/icon";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { DateTime, None } from "~/ui/values";
import { wholeReader } from "./counting.server";
import { readWanted } from "./read-reach.server";

const PAGE = 50;

/** `?topic=`, `?channel=` and `?who=`: a step of the waterfall. Else `?on=` a day: who was in at its end; without it, the last one that is known. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams;
  const segment = found(await findSegment(context.app.db.read, params.id ?? ""));
  const afterId = Math.min(Math.max(0, Math.trunc(Number(query.get("after"))) || 0), Number.MAX_SAFE_INTEGER);
  // Off the list goes who is on it today.
  const head = { publicId: segment.publicId, name: segment.name, mayChange: segment.isFixed && segment.archivedAt === null && !query.has("on") };
  return query.has("topic") ? { segment: head, then: null, step: await readStep(context, segment, request, afterId) } : { segment: head, then: await readThen(context, segment, query.get("on"), afterId), step: null };
}

async function readThen({ app }: AppLoadContext, segment: Segment, on: string | null, afterId: number) {
  const db = app.db.aside;
  const now = app.clock();
  const known = await findKnownDay(db, segment, on ?? (await findLastDay(db, segment, now)), now);
  if (!known.ok) return { day: known.day, isKnown: false, count: 0, rows: [], older: null };
  const [count, rows] = await Promise.all([countMembersThen(db, segment.id, known.at), listMembersThen(db, segment.id, known.at, { afterId, limit: PAGE + 1 })]);
  const shown = rows.slice(0, PAGE);
  return {
    day: known.day,
    isKnown: true,
    count,
    rows: shown.map(({ publicId, name, number, enteredAt, leftAt }) => ({ publicId, name, number, enteredAt, leftAt })),
    older: rows.length > PAGE ? shown.at(-1)!.id : null,
  };
}

async function readStep(context: AppLoadContext, segment: Segment, request: Request, afterId: number) {
  const query = new URL(request.url).searchParams;
  const { plan, topics, topic, channel } = await readWanted(context, segment.rules, query);
  if (!plan) throw new Response(null, { status: 404 });
  const reason = WATERFALL.find((one) => `withheld:${one}` === query.get("who")) ?? null;
  const people = await listForecastPeople(await wholeReader(context.app, request.signal), plan, reason, { afterId, limit: PAGE });
  const shown = people.slice(0, PAGE);
  return {
    topic,
    topicName: topics.find(({ key }) => key === topic)!.name,
    channel,
    reason,
    rows: shown.map(({ publicId, name, address }) => ({ publicId, name, address })),
    older: people.length > PAGE ? shown.at(-1)!.partyId : null,
  };
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

export default function SegmentPeople() {
  const { segment, then, step } = useLoaderData<typeof loader>();
  return <Page>{step ? <Step segment={segment} step={step} /> : then && <Then segment={segment} then={then} />}</Page>;
}

function Then({ segment, then: { day, isKnown, count, rows, older } }: { segment: Loaded["segment"]; then: NonNullable<Loaded["then"]> }) {
  const t = useTranslations("segments.time");
  const tl = useTranslations("segments.lists");
  const format = useFormat();
  const title = isKnown ? t("peopleOn", { day: format.day(day) }) : t("title");
  return (
    <>
      <PageHeader
        back={{ to: `/staff/segments/${segment.publicId}${isKnown ? `?on=${day}` : ""}#time`, label: segment.name }}
        title={title}
        meta={<span>{t("people", { count })}</span>}
        actions={segment.mayChange && <LinkButton to={`/staff/segments/${segment.publicId}/listed`}>{tl("change")}</LinkButton>}
      />
      {rows.length === 0 ? (
        <EmptyState icon={UsersRound} title={t(isKnown ? "nobody" : "refused.not_kept")} />
      ) : (
        <Table
          caption={title}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            { key: "name", header: t("name"), grow: true, cell: (row) => <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink> },
            { key: "number", header: t("number"), hide: "md", cell: (row) => row.number ?? <None /> },
            { key: "entered", header: t("entered"), align: "end", cell: (row) => <DateTime at={row.enteredAt} /> },
            segment.mayChange
              ? { key: "off", header: "", label: tl("off"), align: "end", cell: (row) => <TakeOff list={segment.publicId} customer={row} /> }
              : { key: "left", header: t("left"), align: "end", cell: (row) => (row.leftAt === null ? <None /> : <DateTime at={row.leftAt} />) },
          ]}
        />
      )}
      <Pagination older={older} />
    </>
  );
}

function TakeOff({ list, customer }: { list: string; customer: { publicId: string; name: string } }) {
  const t = useTranslations("segments.lists");
  return (
    <Form method="post" action={`/staff/segments/${list}/listed`} className="relative z-10 inline-flex">
      <input type="hidden" name="customer" value={customer.publicId} />
      <button type="submit" name="intent" value="remove" aria-label={t("takeOffWho", { name: customer.name })} className="inline-flex size-8 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink">
        <Icon of={X} size={16} />
      </button>
    </Form>
  );
}

/** The people behind one step of the waterfall. */
function Step({ segment, step: { topic, topicName, channel, reason, rows, older } }: { segment: Loaded["segment"]; step: NonNullable<Loaded["step"]> }) {
  const t = useTranslations("segments.reach");
  const tr = useTranslations("campaigns.reason");
  const tc = useTranslations("customers.channels");
  const title = reason === null ? t("sent") : reason === "no_address" ? t(`without.${channel}`) : tr(reason);
  const asked = new URLSearchParams({ topic, channel });
  return (
    <>
      <PageHeader back={{ to: `/staff/segments/${segment.publicId}?${asked}#reach`, label: segment.name }} title={title} meta={<span>{t("about", { topic: topicName, channel: tc(channel) })}</span>} />
      <Tabs
        label={t("steps")}
        items={[null, ...WATERFALL].map((one) => ({
          to: `?${asked}&who=${one === null ? "sent" : `withheld:${one}`}`, label: one === null ? t("sent") : one === "no_address" ? t(`without.${channel}`) : tr(one), current: one === reason,
        }))}
      />
      {rows.length === 0 ? (
        <EmptyState icon={UsersRound} title={t("nobody")} />
      ) : (
        <Table
          caption={title}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            {
              key: "name",
              header: t("name"),
              grow: true,
              cell: (row) => (
                <>
                  <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink>
                  <span className="block truncate text-sm text-muted">{row.address}</span>
                </>
              ),
            },
          ]}
        />
      )}
      <Pagination older={older} />
    </>
  );
}
