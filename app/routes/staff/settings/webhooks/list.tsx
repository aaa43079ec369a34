import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Plus, Webhook } from "lucide-react";
import { useTranslations } from "use-intl";

import { listEndpoints } from "~/domain/integrations/webhooks.server";
import { LinkButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { EmptyState } from "~/ui/empty-state";
import { Section } from "~/ui/page";
import { RowLink, Table } from "~/ui/table";
import { Num } from "~/ui/values";
import { EndpointChip, healthOf } from "./endpoint-chip";

export async function loader({ context }: LoaderFunctionArgs) {
  const rows = await listEndpoints(context.app.db.read);
  return { rows: rows.map((row) => ({ publicId: row.publicId, url: row.url, description: row.description, types: row.eventTypes.length, waiting: row.waiting, health: healthOf(row) })) };
}

export default function Webhooks() {
  const t = useTranslations("webhooks");
  const { rows } = useLoaderData<typeof loader>();
  const disabled = rows.filter((row) => row.health === "disabled").length;
  const add = (
    <LinkButton to="new" variant="primary" icon={Plus}>
      {t("new")}
    </LinkButton>
  );
  return (
    <Section
      first
      title={t("title")}
      description={
        <>
          {t("lead")} <TextLink to="/api/v1/docs#webhooks">{t("docs")}</TextLink>
        </>
      }
      actions={rows.length > 0 && add}
    >
      {disabled > 0 && (
        <Callout tone="error" title={t("disabledTitle", { count: disabled })} className="mb-4">
          {t("disabledHelp")}
        </Callout>
      )}
      {rows.length > 0 ? (
        <Table
          caption={t("caption")}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            {
              key: "url",
              header: t("url"),
              grow: true,
              label: "",
              cell: (row) => (
                <>
                  <RowLink to={row.publicId}>
                    <span className="break-all">{row.url}</span>
                  </RowLink>
                  {row.description && <span className="block text-sm text-muted">{row.description}</span>}
                </>
              ),
            },
            { key: "types", header: t("types"), align: "end", hide: "md", cell: (row) => <Num value={row.types} /> },
            { key: "waiting", header: t("waiting"), align: "end", cell: (row) => <Num value={row.waiting} /> },
            { key: "state", header: t("state"), cell: (row) => <EndpointChip health={row.health} /> },
          ]}
        />
      ) : (
        <EmptyState icon={Webhook} title={t("empty")} action={add}>
          {t("emptyHelp")}
        </EmptyState>
      )}
    </Section>
  );
}
