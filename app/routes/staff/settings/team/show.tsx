import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Ban } from "lucide-react";
import { useTranslations } from "use-intl";

import { ROLES } from "~/domain/accounts/account";
import { countSessions } from "~/domain/accounts/sessions.server";
import { findStaffByPublicId } from "~/domain/accounts/staff.server";
import { found, requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Actions, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Fieldset, Form } from "~/ui/form";
import { RadioGroup } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { MemberState } from "./member-state";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const user = found(await findStaffByPublicId(db, params.id ?? ""));
  const { name, email, role, disabledAt, publicId } = user;
  return {
    publicId,
    name,
    email,
    role,
    disabledAt,
    invited: user.passwordHash === null,
    own: user.id === requireStaff(context).id,
    sessions: await countSessions(db, "staff", user.id),
  };
}

export default function Member() {
  const t = useTranslations("team");
  const member = useLoaderData<typeof loader>();
  return (
    <>
      <TextLink to="/staff/settings/team" className="text-sm">
        {t("title")}
      </TextLink>
      <div className="mt-2 mb-6">
        <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          {member.name} <MemberState {...member} />
        </h2>
        <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-muted">
          <span>{member.email}</span>
          <span>{t("show.sessions", { count: member.sessions })}</span>
        </p>
      </div>
      {member.own ? (
        <Callout>{t("show.own")}</Callout>
      ) : (
        <>
          <RoleSection />
          {member.invited && member.disabledAt === null && <InvitationSection />}
          <AccessSection />
        </>
      )}
    </>
  );
}

function RoleSection() {
  const t = useTranslations("team");
  const tc = useTranslations("common");
  const { name, role } = useLoaderData<typeof loader>();
  return (
    <Section first title={t("show.role")} description={t("show.roleHelp", { name })}>
      <Form action="role">
        <Fieldset legend={t("show.role")} hideLegend>
          <RadioGroup
            name="role"
            defaultValue={role}
            variant="cards"
            options={ROLES.map((value) => ({ value, label: tc(`roles.${value}`), description: t(`duties.${value}`) }))}
          />
        </Fieldset>
        <Actions>
          <SubmitButton>{t("show.changeRole")}</SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}

function InvitationSection() {
  const t = useTranslations("team.show");
  const { name } = useLoaderData<typeof loader>();
  return (
    <Section title={t("invitation")} description={t("invitationHelp", { name })}>
      <Form action="invite">
        <Actions>
          <SubmitButton variant="secondary">{t("repeat")}</SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}

function AccessSection() {
  const t = useTranslations("team.show");
  const format = useFormat();
  const { name, disabledAt } = useLoaderData<typeof loader>();
  if (disabledAt !== null)
    return (
      <Section title={t("access")} description={t("enableHelp", { name, at: format.dateTime(disabledAt) })}>
        <Form action="enable">
          <Actions>
            <SubmitButton variant="secondary">{t("enable")}</SubmitButton>
          </Actions>
        </Form>
      </Section>
    );
  return (
    <Section title={t("access")}>
      <ConfirmDialog
        trigger={{ children: t("disable"), variant: "danger-quiet", icon: Ban }}
        title={t("disableTitle", { name })}
        form={
          <Form action="disable" className="contents">
            <SubmitButton variant="danger">{t("disable")}</SubmitButton>
          </Form>
        }
      >
        <p>{t("disableWhat", { name })}</p>
      </ConfirmDialog>
    </Section>
  );
}
