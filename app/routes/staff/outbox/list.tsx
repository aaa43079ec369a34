import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData, useSearchParams } from "@remix-run/react";
import { MailX, SearchX } from "lucide-react";
import { useTranslations } from "use-intl";

import type { DeliveryState, MailClass } from "~/domain/deliveries/delivery";
import { listOutbox } from "~/domain/deliveries/deliveries.server";
import { requireStaff } from "~/http/require";
import { Button, LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput, Select } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { type Column, RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";
import { DeliveryChip, useKind } from "./delivery-chip";

const STATES: readonly DeliveryState[] = [
  "queued", "leased", "handing", "accepted", "failed", "withheld", "unknown", "unconfirmed", "planned",
];
const CLASSES: readonly MailClass[] = ["marketing", "transactional", "security"];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { role } = requireStaff(context);
  const query = new URL(request.url).searchParams;
  const filter = {
    q: (query.get("q") ?? "").trim().slice(0, 200),
    state: STATES.find((state) => state === query.get("state")),
    class: CLASSES.find((one) => one === query.get("class")),
  };
  const beforeId = Number(query.get("after")) || undefined;
  const { rows, older } = await listOutbox(context.app.db.read, { ...filter, beforeId, withSecurity: role === "administrator" });
  return { rows: rows.map(({ id: _id, ...row }) => row), older, filter, transport: context.app.mail.name };
}

export default function Outbox() {
  const { rows, older, filter, transport } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  const filtered = Boolean(filter.q || filter.state || filter.class);
  return (
    <Page>
      <PageHeader title={t("title")} lead={t(`lead.${transport}`)} />
      <Filters />
      {rows.length > 0 ? (
        <>
          <Table rows={rows} columns={useColumns()} rowKey={(row) => row.publicId} caption={t("caption")} />
          <Pagination older={older} labels={{ older: t("older"), newer: t("newer") }} />
        </>
      ) : filtered ? (
        <EmptyState icon={SearchX} title={t("empty")} action={<LinkButton to="/staff/outbox">{t("all")}</LinkButton>}>
          {t("emptyFiltered")}
        </EmptyState>
      ) : (
        <EmptyState icon={MailX} title={t("empty")}>
          {t("emptyHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function Filters() {
  const t = useTranslations("outbox");
  const { filter } = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  return (
    <Form role="search" className="mb-4 flex flex-wrap items-center gap-2" key={params.toString()}>
      <div className="w-full sm:w-80">
        <SearchInput name="q" label={t("search")} placeholder={t("search")} defaultValue={filter.q} />
      </div>
      <Select
        name="state"
        aria-label={t("state")}
        defaultValue={filter.state ?? ""}
        options={[{ value: "", label: `${t("state")}: ${t("any")}` }, ...STATES.map((value) => ({ value, label: t(`states.${value}`) }))]}
      />
      <Select
        name="class"
        aria-label={t("class")}
        defaultValue={filter.class ?? ""}
        options={[{ value: "", label: `${t("class")}: ${t("any")}` }, ...CLASSES.map((value) => ({ value, label: t(`classes.${value}`) }))]}
      />
      <Button type="submit">{t("show")}</Button>
    </Form>
  );
}

function useColumns(): Column<ReturnType<typeof useLoaderData<typeof loader>>["rows"][number]>[] {
  const t = useTranslations("outbox");
  const kind = useKind();
  return [
    {
      key: "what",
      header: t("what"),
      grow: true,
      cell: (row) => <RowLink to={`/staff/outbox/${row.publicId}`}>{row.subject ?? kind(row)}</RowLink>,
    },
    {
      key: "to",
      header: t("to"),
      cell: (row) => (
        <span className="block max-w-52 truncate xl:max-w-64">
          {row.recipientName && <span>{row.recipientName} </span>}
          <span className="text-muted">{row.address}</span>
        </span>
      ),
    },
    { key: "class", header: t("class"), hide: "xl", cell: (row) => <span className="whitespace-nowrap">{t(`classes.${row.class}`)}</span> },
    { key: "state", header: t("state"), cell: (row) => <DeliveryChip state={row.state} reason={row.reason} /> },
    { key: "when", header: t("when"), align: "end", cell: (row) => <DateTime at={row.createdAt} show="dateTime" /> },
  ];
}
