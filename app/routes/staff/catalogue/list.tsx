import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Boxes, Plus, SearchX } from "lucide-react";
import { useTranslations } from "use-intl";

import { listProducts, type ProductSummary } from "~/domain/products/products.server";
import { requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { StatusChip } from "~/ui/badge";
import { Button, LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table, type Column } from "~/ui/table";
import { None } from "~/ui/values";

const PAGE = 100;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { role } = requireStaff(context);
  const params = new URL(request.url).searchParams;
  const search = (params.get("q") ?? "").trim().slice(0, 80);
  const from = Math.max(0, Math.trunc(Number(params.get("after")) || 0));
  const rows = await listProducts(context.app.db.read, context.locale, { search: search || undefined, withInactive: true, limit: PAGE + 1, offset: from });
  return { rows: rows.slice(0, PAGE), next: rows.length > PAGE ? from + PAGE : null, search, mayEdit: role !== "support" };
}

export default function Catalogue() {
  const { rows, next, search, mayEdit } = useLoaderData<typeof loader>();
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const create = mayEdit && (
    <LinkButton to="/staff/catalogue/new" variant="primary" icon={Plus}>
      {t("new")}
    </LinkButton>
  );
  return (
    <Page>
      <PageHeader title={t("title")} actions={create} />
      <Form method="get" role="search" className="mb-4 flex max-w-sm gap-2">
        <SearchInput label={t("search")} name="q" defaultValue={search} />
        <Button type="submit">{tc("search")}</Button>
      </Form>
      {rows.length > 0 ? (
        <>
          <Table rows={rows} columns={useColumns()} rowKey={(p) => p.publicId} caption={t("caption")} />
          <Pagination older={next} />
        </>
      ) : (
        <EmptyState icon={search ? SearchX : Boxes} title={t(search ? "noMatch" : "none")} action={search ? undefined : create}>
          {t(search ? "noMatchHelp" : "noneHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function useColumns(): Column<ProductSummary>[] {
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const format = useFormat();
  return [
    {
      key: "name",
      header: tc("name"),
      grow: true,
      cell: (p) => (
        <span className="flex items-center gap-3">
          <ProductArtwork artwork={p.artwork} className="size-9 shrink-0 rounded-sm bg-backdrop" />
          <RowLink to={`/staff/catalogue/${p.publicId}`}>{p.name}</RowLink>
        </span>
      ),
    },
    { key: "sku", header: t("sku"), cell: (p) => <span className="font-mono text-sm">{p.sku}</span> },
    { key: "category", header: t("category"), hide: "lg", cell: (p) => p.category ?? <None /> },
    { key: "made", header: t("personalised"), hide: "lg", cell: (p) => (p.isPersonalisable ? tc("yes") : <None />) },
    { key: "state", header: tc("status"), cell: (p) => <StatusChip state={p.isActive ? "good" : "stopped"}>{t(p.isActive ? "offered" : "notOffered")}</StatusChip> },
    { key: "price", header: tc("price"), align: "end", cell: (p) => format.unitPrice(p.price, p.priceScale, p.currency) },
  ];
}
