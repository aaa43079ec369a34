import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { ListPlus, Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { listCustomFields, nameIn } from "~/domain/customers/custom-fields.server";
import { Badge } from "~/ui/badge";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Section } from "~/ui/page";
import { RowLink, Table } from "~/ui/table";

export async function loader({ context }: LoaderFunctionArgs) {
  const fields = await listCustomFields(context.app.db.read, { archived: true });
  return { fields: fields.map((field) => ({ key: field.key, type: field.type, name: nameIn(field, context.locale), isArchived: field.archivedAt !== null })) };
}

export default function OwnFields() {
  const t = useTranslations("record.fields");
  const { fields } = useLoaderData<typeof loader>();
  const add = (
    <LinkButton to="new" variant="primary" icon={Plus}>
      {t("new")}
    </LinkButton>
  );
  return (
    <Section first title={t("title")} description={t("lead")} actions={fields.length > 0 && add}>
      {fields.length > 0 ? (
        <Table
          caption={t("caption")}
          rows={fields}
          rowKey={(field) => field.key}
          columns={[
            {
              key: "name",
              header: t("field"),
              grow: true,
              label: "",
              cell: (field) => (
                <>
                  <RowLink to={field.key}>{field.name}</RowLink> {field.isArchived && <Badge tone="outline">{t("putAway")}</Badge>}
                </>
              ),
            },
            { key: "type", header: t("type"), cell: (field) => t(`types.${field.type}`) },
            { key: "key", header: t("key"), hide: "md", cell: (field) => <code>{field.key}</code> },
          ]}
        />
      ) : (
        <EmptyState icon={ListPlus} title={t("empty")} action={add}>
          {t("emptyHelp")}
        </EmptyState>
      )}
    </Section>
  );
}
