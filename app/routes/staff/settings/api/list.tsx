import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { KeyRound, Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { tokenState } from "~/domain/integrations/token";
import { listTokens } from "~/domain/integrations/tokens.server";
import { LinkButton, TextLink } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Section } from "~/ui/page";
import { RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";
import { TokenChip } from "./token-chip";

export async function loader({ context }: LoaderFunctionArgs) {
  const now = context.app.clock();
  const rows = await listTokens(context.app.db.read);
  return { rows: rows.map(({ publicId, name, ending, lastUsedAt, scopes, ...row }) => ({ publicId, name, ending, lastUsedAt, scopes: scopes.length, state: tokenState(row, now) })) };
}

export default function Tokens() {
  const t = useTranslations("api");
  const { rows } = useLoaderData<typeof loader>();
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
          {t("lead")} <TextLink to="/api/v1/docs">{t("docs.link")}</TextLink>
        </>
      }
      actions={rows.length > 0 && add}
    >
      {rows.length > 0 ? (
        <Table
          caption={t("caption")}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            { key: "name", header: t("name"), grow: true, label: "", cell: (row) => <RowLink to={row.publicId}>{row.name}</RowLink> },
            { key: "ending", header: t("ending"), hide: "lg", cell: (row) => <code>…{row.ending}</code> },
            { key: "scopes", header: t("rights"), align: "end", hide: "md", cell: (row) => row.scopes },
            { key: "used", header: t("lastUsed"), cell: (row) => (row.lastUsedAt === null ? t("never") : <DateTime at={row.lastUsedAt} show="relative" />) },
            { key: "state", header: t("state"), cell: (row) => <TokenChip state={row.state} /> },
          ]}
        />
      ) : (
        <EmptyState icon={KeyRound} title={t("empty")} action={add}>
          {t("emptyHelp")}
        </EmptyState>
      )}
    </Section>
  );
}
