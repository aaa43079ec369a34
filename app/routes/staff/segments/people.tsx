import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { UsersRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { countMembersThen, findKnownDay, findLastDay, listMembersThen } from "~/domain/segments/members.server";
import { findSegment } from "~/domain/segments/segments.server";
import { found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime, None } from "~/ui/values";

const PAGE = 50;

/** `?on=` a day: who was in the segment at its end; without it, the last day that is known. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.aside;
  const now = context.app.clock();
  const query = new URL(request.url).searchParams;
  const segment = found(await findSegment(db, params.id ?? ""));
  const head = { segment: { publicId: segment.publicId, name: segment.name } };
  const known = await findKnownDay(db, segment, query.get("on") ?? (await findLastDay(db, segment, now)), now);
  if (!known.ok) return { ...head, day: known.day, count: 0, rows: [], older: null };
  const afterId = Math.max(0, Math.trunc(Number(query.get("after"))) || 0);
  const [count, rows] = await Promise.all([countMembersThen(db, segment.id, known.at), listMembersThen(db, segment.id, known.at, { afterId, limit: PAGE + 1 })]);
  const shown = rows.slice(0, PAGE);
  return {
    ...head,
    day: known.day,
    count,
    rows: shown.map(({ publicId, name, number, enteredAt, leftAt }) => ({ publicId, name, number, enteredAt, leftAt })),
    older: rows.length > PAGE ? shown.at(-1)!.id : null,
  };
}

export default function SegmentPeople() {
  const t = useTranslations("segments.time");
  const format = useFormat();
  const { segment, day, count, rows, older } = useLoaderData<typeof loader>();
  const title = day ? t("peopleOn", { day: format.day(day) }) : t("title");
  return (
    <Page>
      <PageHeader back={{ to: `/staff/segments/${segment.publicId}?on=${day}#time`, label: segment.name }} title={title} meta={<span>{t("people", { count })}</span>} />
      {rows.length === 0 ? (
        <EmptyState icon={UsersRound} title={t("nobody")} />
      ) : (
        <Table
          caption={title}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            { key: "name", header: t("name"), grow: true, cell: (row) => <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink> },
            { key: "number", header: t("number"), hide: "md", cell: (row) => row.number ?? <None /> },
            { key: "entered", header: t("entered"), align: "end", cell: (row) => <DateTime at={row.enteredAt} /> },
            { key: "left", header: t("left"), align: "end", cell: (row) => (row.leftAt === null ? <None /> : <DateTime at={row.leftAt} />) },
          ]}
        />
      )}
      <Pagination older={older} />
    </Page>
  );
}
