import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { UserPlus } from "lucide-react";
import { useTranslations } from "use-intl";

import { listTeam } from "~/domain/accounts/staff.server";
import { requireStaff } from "~/http/require";
import { Badge } from "~/ui/badge";
import { LinkButton } from "~/ui/button";
import { Section } from "~/ui/page";
import { RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";
import { MemberState } from "./member-state";

export async function loader({ context }: LoaderFunctionArgs) {
  const { id: ownId } = requireStaff(context);
  const team = await listTeam(context.app.db.read);
  return { team: team.map(({ id, ...member }) => ({ ...member, own: id === ownId })) };
}

export default function Team() {
  const t = useTranslations("team");
  const tc = useTranslations("common");
  const { team } = useLoaderData<typeof loader>();
  return (
    <Section
      first
      title={t("title")}
      description={t("lead")}
      actions={
        <LinkButton to="new" variant="primary" icon={UserPlus}>
          {t("invite")}
        </LinkButton>
      }
    >
      <Table
        caption={t("caption")}
        rows={team}
        rowKey={(member) => member.publicId}
        columns={[
          {
            key: "name",
            header: t("member"),
            grow: true,
            label: "",
            cell: (member) => (
              <>
                <RowLink to={member.publicId}>{member.name}</RowLink>{" "}
                {member.own && <Badge tone="outline">{t("you")}</Badge>}
                <span className="block text-sm text-muted">{member.email}</span>
              </>
            ),
          },
          { key: "role", header: t("role"), cell: (member) => tc(`roles.${member.role}`) },
          { key: "state", header: t("state"), cell: (member) => <MemberState {...member} /> },
          { key: "since", header: t("since"), hide: "md", cell: (member) => <DateTime at={member.createdAt} show="date" /> },
        ]}
      />
    </Section>
  );
}
