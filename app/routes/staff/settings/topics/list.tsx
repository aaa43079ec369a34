import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { MessagesSquare, Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { countAgreed, listAllTopics } from "~/domain/customers/topics.server";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Section } from "~/ui/page";
import { RowLink, Table } from "~/ui/table";

export async function loader({ context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const [topics, agreed] = await Promise.all([listAllTopics(db, context.locale), countAgreed(db)]);
  return { topics: topics.map(({ id, key, name, description, archivedAt }) => ({ key, name, description, archivedAt, agreed: agreed.get(id) ?? 0 })) };
}

export default function Topics() {
  const t = useTranslations("topics");
  const format = useFormat();
  const { topics } = useLoaderData<typeof loader>();
  const add = (
    <LinkButton to="new" variant="primary" icon={Plus}>
      {t("new")}
    </LinkButton>
  );
  return (
    <Section first title={t("title")} description={t("lead")} actions={topics.length > 0 && add}>
      {topics.length > 0 ? (
        <Table
          caption={t("caption")}
          rows={topics}
          rowKey={(topic) => topic.key}
          columns={[
            {
              key: "name",
              header: t("topic"),
              grow: true,
              label: "",
              cell: (topic) => (
                <>
                  <RowLink to={topic.key}>{topic.name}</RowLink> {topic.archivedAt !== null && <Badge tone="outline">{t("putAway")}</Badge>}
                  <span className="block text-sm text-muted">{topic.description}</span>
                </>
              ),
            },
            { key: "key", header: t("key"), hide: "md", cell: (topic) => <code>{topic.key}</code> },
            { key: "agreed", header: t("agreed"), align: "end", cell: (topic) => format.number(topic.agreed) },
          ]}
        />
      ) : (
        <EmptyState icon={MessagesSquare} title={t("empty")} action={add}>
          {t("emptyHelp")}
        </EmptyState>
      )}
    </Section>
  );
}
