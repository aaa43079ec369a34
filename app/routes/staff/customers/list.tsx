import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData, useSearchParams, useSubmit } from "@remix-run/react";
import { FileUp, SearchX, UserPlus, UsersRound } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";

import { LIFECYCLE_STAGES, type LifecycleStage } from "~/domain/customers/lifecycle";
import { countParties, listCountries, listParties, PARTY_KINDS, type PartyKind, type PartyRow } from "~/domain/customers/search.server";
import { listLists } from "~/domain/segments/lists.server";
import { findSegment } from "~/domain/segments/segments.server";
import { findOrderByNumber } from "~/domain/orders/orders.server";
import { redirectSaying } from "~/http/flash.server";
import { requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { Button, LinkButton, textLinkClass } from "~/ui/button";
import { useCountryOptions } from "~/ui/countries";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput, Select } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { type Column, RowLink, Table } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { DateTime, Money, None, Num } from "~/ui/values";
import { changeList, readTicked } from "../segments/on-list.server";
import { PutOnList, useTicks } from "./put-on-list";
import { mayChangeLists } from "./read-customer.server";
import { StageChip } from "./stage-chip";

const PAGE = 50;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const { searchParams } = new URL(request.url);
  const asked = readFilter(searchParams);
  const order = asked.q ? await findOrderByNumber(db, asked.q) : null;
  const filter = { ...asked, kind: asked.kind === "all" ? undefined : asked.kind, orIds: order ? [order.partyId] : [] };
  const page = { after: searchParams.get("after"), before: searchParams.get("before"), limit: PAGE };
  const mayList = mayChangeLists(requireStaff(context).role);
  const [{ rows, older, newer }, count, countries, lists] = await Promise.all([
    listParties(db, filter, page),
    countParties(db, filter),
    listCountries(db),
    mayList ? listLists(db) : [],
  ]);
  return { lists, rows, older, newer, count, countries, filter: asked, mayOfferForm: requireStaff(context).role !== "support" };
}

/** Those who are ticked go on a fixed list, or off it. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  const list = await findSegment(context.app.db.read, String(form.get("list") ?? ""));
  const query = new URL(request.url).searchParams;
  query.delete("_data");
  const back = `/staff/customers${query.size ? `?${query}` : ""}`;
  return redirectSaying(context.app, back, await changeList(context, list, String(form.get("intent")), await readTicked(context, form)));
}

function readFilter(params: URLSearchParams) {
  const kind = params.get("show") ?? "customers";
  const stage = params.get("stage") ?? "";
  const country = params.get("country") ?? "";
  return {
    q: (params.get("q") ?? "").slice(0, 200).trim(),
    kind: (kind === "all" || PARTY_KINDS.includes(kind as PartyKind) ? kind : "customers") as PartyKind | "all",
    stage: LIFECYCLE_STAGES.includes(stage as LifecycleStage) ? (stage as LifecycleStage) : undefined,
    country: /^[A-Z]{2}$/.test(country) ? country : undefined,
  };
}

export default function CustomerList() {
  const t = useTranslations("customers");
  const ts = useTranslations("signUp");
  const ti = useTranslations("imports");
  const { lists, rows, older, newer, count, filter, mayOfferForm } = useLoaderData<typeof loader>();
  const columns = useColumns();
  const ticks = useTicks();
  const filtered = Boolean(filter.q || filter.stage || filter.country);
  return (
    <Page>
      <PageHeader
        title={t("title")}
        meta={<span>{t(count.more ? "list.countMore" : "list.count", { count: count.count })}</span>}
        actions={
          <>
            <LinkButton to="/staff/customers/doubles">{t("list.doubles")}</LinkButton>
            {mayOfferForm && <LinkButton to="/staff/customers/sign-up-form">{ts("staff.link")}</LinkButton>}
            {mayOfferForm && <LinkButton to="/staff/imports#export">{ti("export.action")}</LinkButton>}
            <LinkButton to="/staff/customers/new" variant="primary" icon={UserPlus}>
              {t("new")}
            </LinkButton>
          </>
        }
      />
      <Kinds />
      <Filters />
      {rows.length > 0 ? (
        <>
          <Table rows={rows} columns={lists.length ? [...columns, ticks] : columns} rowKey={(row) => row.publicId} caption={t("list.caption")} />
          {lists.length > 0 && <PutOnList lists={lists} />}
          <Pagination older={older} newer={newer} labels={{ newer: t("list.newer"), older: t("list.older") }} />
        </>
      ) : filtered ? (
        <EmptyState icon={SearchX} title={t("list.empty")} action={<LinkButton to={`?show=${filter.kind}`}>{t("list.clear")}</LinkButton>}>
          {t("list.emptyHelp")}
        </EmptyState>
      ) : (
        <EmptyState
          icon={UsersRound}
          title={t(`list.none.${filter.kind}`)}
          action={
            <>
              <LinkButton to="/staff/customers/new" variant="primary" icon={UserPlus}>
                {t("new")}
              </LinkButton>
              <LinkButton to="/staff/imports" icon={FileUp}>
                {t("list.import")}
              </LinkButton>
            </>
          }
        >
          {t("list.noneHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function Kinds() {
  const t = useTranslations("customers");
  const [params] = useSearchParams();
  const { filter } = useLoaderData<typeof loader>();
  const to = (kind: string) => {
    const next = new URLSearchParams(params);
    next.delete("after");
    next.delete("before");
    next.set("show", kind);
    return `?${next}`;
  };
  return (
    <Tabs
      label={t("list.show")}
      items={(["customers", "suppliers", "companies", "all"] as const).map((kind) => ({ to: to(kind), label: t(`kinds.${kind}`), current: filter.kind === kind }))}
    />
  );
}

/** A plain GET form; with scripts it asks as one types and chooses. */
function Filters() {
  const t = useTranslations("customers");
  const { countries, filter } = useLoaderData<typeof loader>();
  const options = useCountryOptions(countries);
  const submit = useSubmit();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (form: HTMLFormElement | null, wait: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => submit(form, { replace: true, preventScrollReset: true }), wait);
  };
  return (
    <Form role="search" className="mb-4 flex flex-wrap items-center gap-2" key={filter.kind}>
      <input type="hidden" name="show" value={filter.kind} />
      <div className="w-full sm:w-96">
        <SearchInput
          name="q"
          label={t("list.search")}
          placeholder={t("list.search")}
          defaultValue={filter.q}
          onChange={(event) => ask(event.currentTarget.form, 250)}
        />
      </div>
      <Select
        name="stage"
        aria-label={t("list.stage")}
        defaultValue={filter.stage ?? ""}
        placeholder={t("list.anyStage")}
        options={LIFECYCLE_STAGES.map((stage) => ({ value: stage, label: t(`stages.${stage}`) }))}
        onChange={(event) => ask(event.currentTarget.form, 0)}
      />
      <Select
        name="country"
        aria-label={t("list.country")}
        defaultValue={filter.country ?? ""}
        placeholder={t("list.anyCountry")}
        options={options}
        onChange={(event) => ask(event.currentTarget.form, 0)}
      />
      <Button type="submit">{t("list.apply")}</Button>
      {(filter.q || filter.stage || filter.country) && (
        <Link to={`?show=${filter.kind}`} reloadDocument className={textLinkClass}>
          {t("list.clear")}
        </Link>
      )}
    </Form>
  );
}

function useColumns(): Column<PartyRow>[] {
  const t = useTranslations("customers");
  const format = useFormat();
  return [
    {
      key: "name",
      header: t("list.name"),
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 whitespace-normal xl:flex-nowrap xl:whitespace-nowrap">
          <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink>
          {row.kind === "company" && <Badge tone="outline">{t("company")}</Badge>}
          {row.isSupplier && <Badge tone="outline">{t("supplier")}</Badge>}
          {row.openComplaints > 0 && <Badge tone="amber">{t("openComplaints", { count: row.openComplaints })}</Badge>}
          {row.email && <span className="w-full max-w-56 truncate text-sm text-muted max-sm:hidden xl:hidden">{row.email}</span>}
        </span>
      ),
    },
    { key: "email", header: t("list.email"), grow: true, hide: "xl", cell: (row) => <span className="text-muted">{row.email ?? <None />}</span> },
    { key: "country", header: t("list.country"), hide: "xl", cell: (row) => (row.country ? format.country(row.country) : <None />) },
    { key: "stage", header: t("list.stage"), cell: (row) => <StageChip stage={row.lifecycleStage} /> },
    { key: "orders", header: t("list.orders"), align: "end", cell: (row) => <Num value={row.ordersCount} /> },
    {
      key: "spend",
      header: t("list.spend"),
      align: "end",
      cell: (row) => (row.ordersCount ? <Money minor={row.spendMinor} currency={row.currency} /> : <None />),
    },
    {
      key: "lastOrder",
      header: t("list.lastOrder"),
      align: "end",
      hide: "lg",
      cell: (row) => (row.lastOrderAt ? <DateTime at={row.lastOrderAt} /> : <None />),
    },
  ];
}
