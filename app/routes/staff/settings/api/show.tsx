import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Ban } from "lucide-react";
import { useTranslations } from "use-intl";

import { RESOURCES, tokenState } from "~/domain/integrations/token";
import { findListedToken } from "~/domain/integrations/tokens.server";
import { found } from "~/http/require";
import { SubmitButton, TextLink } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { ConfirmDialog } from "~/ui/dialog";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { TokenChip } from "./token-chip";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const row = found(await findListedToken(context.app.db.read, params.id ?? ""));
  const { name, ending, scopes, createdAt, creator, expiresAt, revokedAt, lastUsedAt } = row;
  return { name, ending, scopes, createdAt, creator, expiresAt, revokedAt, lastUsedAt, state: tokenState(row, context.app.clock()) };
}

export default function Token() {
  const t = useTranslations("api");
  const row = useLoaderData<typeof loader>();
  const rights = RESOURCES.flatMap((resource) => {
    const words = (["read", "write"] as const).filter((verb) => row.scopes.includes(`${resource}:${verb}` as never)).map((verb) => t(verb));
    return words.length ? [[t(`resources.${resource}`), words.join(", ")] as [string, string]] : [];
  });
  return (
    <>
      <TextLink to="/staff/settings/api" className="text-sm">
        {t("title")}
      </TextLink>
      <h2 className="mt-2 mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
        {row.name} <TokenChip state={row.state} />
      </h2>
      <DataList
        items={[
          [t("ending"), <code key="e">…{row.ending}</code>],
          [t("madeBy"), row.creator ?? t("shell")],
          [t("made"), <DateTime key="m" at={row.createdAt} show="dateTime" />],
          [t("expires"), row.expiresAt === null ? t("neverExpires") : <DateTime key="x" at={row.expiresAt} show="dateTime" />],
          [t("lastUsed"), row.lastUsedAt === null ? t("never") : <DateTime key="l" at={row.lastUsedAt} show="dateTime" />],
          ...(row.revokedAt === null ? [] : [[t("states.revoked"), <DateTime key="r" at={row.revokedAt} show="dateTime" />] as [string, React.ReactNode]]),
        ]}
      />
      <Section title={t("rights")}>
        <DataList items={rights} />
      </Section>
      {row.revokedAt === null && (
        <Section title={t("end")} description={t("endHelp")}>
          <ConfirmDialog
            trigger={{ children: t("revoke"), variant: "danger-quiet", icon: Ban }}
            title={t("revokeTitle", { name: row.name })}
            form={
              <Form action="revoke" className="contents">
                <SubmitButton variant="danger">{t("revoke")}</SubmitButton>
              </Form>
            }
          >
            <p>{t("revokeWhat")}</p>
          </ConfirmDialog>
        </Section>
      )}
    </>
  );
}
