import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { UsersRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { listDoubles } from "~/domain/doubles/finding.server";
import { useLive } from "~/ui/live";
import { Badge } from "~/ui/badge";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";

const PAGE = 50;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const before = new URL(request.url).searchParams.get("before") ?? "";
  const { pairs, next } = await listDoubles(context.app.db.read, { before: /^\d{1,15}$/.test(before) ? Number(before) : null, limit: PAGE });
  return {
    pairs: pairs.map(({ id, one, other, signs }) => ({ id, one: shown(one), other: shown(other), signs })),
    next: next === null ? null : String(next),
  };
}

function shown({ publicId, name, number, createdAt }: { publicId: string; name: string; number: string | null; createdAt: number }) {
  return { publicId, name, number, createdAt };
}

export default function Doubles() {
  const t = useTranslations("doubles");
  const tc = useTranslations("customers");
  const { pairs, next } = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  useLive(["doubles"]);
  return (
    <Page>
      <PageHeader title={t("title")} back={{ to: "/staff/customers", label: tc("title") }} lead={t("lead")} />
      {pairs.length ? (
        <Table
          caption={t("caption")}
          rows={pairs}
          rowKey={(pair) => pair.id}
          columns={[
            {
              key: "one",
              header: t("one"),
              cell: ({ one, other }) => (
                <>
                  <RowLink to={`/staff/customers/${one.publicId}/merge/${other.publicId}`}>{one.name}</RowLink>
                  <Known {...one} />
                </>
              ),
            },
            {
              key: "other",
              header: t("other"),
              cell: ({ other }) => (
                <>
                  {other.name}
                  <Known {...other} />
                </>
              ),
            },
            {
              key: "signs",
              header: t("sign"),
              grow: true,
              cell: ({ signs }) => (
                <span className="flex flex-wrap gap-1">
                  {signs.map((sign) => (
                    <Badge key={sign}>{t(`signs.${sign}`)}</Badge>
                  ))}
                </span>
              ),
            },
          ]}
        />
      ) : (
        <EmptyState icon={UsersRound} title={t("none")}>
          {t("noneHelp")}
        </EmptyState>
      )}
      <Pagination older={next} names={{ older: "before", newer: "newest" }} labels={{ older: t("further"), newer: t("newest") }} />
      {params.has("before") && (
        <Link to="?" className="mt-2 inline-block text-sm text-pine hover:underline">
          {t("newest")}
        </Link>
      )}
    </Page>
  );
}

/** What tells two records of one name apart. */
function Known({ number, createdAt }: { number: string | null; createdAt: number }) {
  const t = useTranslations("customers");
  return (
    <span className="block text-sm text-muted">
      {number && `${t("show.number", { number })} · `}
      <DateTime at={createdAt} />
    </span>
  );
}
