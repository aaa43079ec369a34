import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { MailCheck } from "lucide-react";
import { useTranslations } from "use-intl";

import { listHeldCampaigns, settleHold } from "~/domain/campaigns/held.server";
import { countSystemMailsOfBackup, isHeld } from "~/domain/deliveries/hold.server";
import { redirectSaying } from "~/http/flash.server";
import { by } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { EmptyState } from "~/ui/empty-state";
import { Fieldset } from "~/ui/form";
import { RadioGroup } from "~/ui/inputs";
import { useLive } from "~/ui/live";
import { Section } from "~/ui/page";

const MAIL = "/staff/settings/mail";

export async function loader({ context }: LoaderFunctionArgs) {
  const { read } = context.app.db;
  const hold = await isHeld(read);
  if (!hold) return { hold: null, campaigns: [], system: 0 };
  const { reason, since, backupAt, heldBy } = hold;
  return {
    hold: { reason, since, backupAt, heldBy },
    campaigns: await listHeldCampaigns(read, hold),
    system: reason === "restored" ? await countSystemMailsOfBackup(read, hold) : 0,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app } = context;
  const form = await request.formData();
  const settled = await app.db.write(async (tx) => {
    const hold = await isHeld(tx);
    if (!hold) return { ok: false, reason: "not_held" } as const;
    return settleHold(tx, by(context), hold, (which) => form.get(which === "system" ? "system" : which.publicId) === "send");
  });
  if (!settled.ok)
    return redirectSaying(app, settled.reason === "not_held" ? MAIL : "/staff/settings/hold", {
      key: settled.reason === "not_held" ? "mailSettings.hold.gone" : "mailSettings.hold.stillPlanning", tone: "error",
    });
  const message = settled.unconfirmed ? { key: "mailSettings.hold.releasedWith", values: { count: settled.unconfirmed } } : { key: "mailSettings.hold.released" };
  return redirectSaying(app, MAIL, message);
}

export default function HeldSending() {
  const { hold, campaigns, system } = useLoaderData<typeof loader>();
  const t = useTranslations("mailSettings.hold");
  const format = useFormat();
  useLive(["sending", "campaigns"]);
  if (!hold) return <EmptyState icon={MailCheck} title={t("nothing")} />;
  const since = format.instant(hold.since);
  const restored = hold.reason === "restored";
  return (
    <Form method="post" className="max-w-3xl">
      <Callout tone="warn" title={restored ? t("restored", { backup: format.instant(hold.backupAt ?? hold.since) }) : t("manual", { since, name: hold.heldBy })}>
        <p>{restored ? t("restoredLead", { since }) : t("manualLead")}</p>
      </Callout>
      <Section title={t("waiting")}>
        {campaigns.length + system === 0 ? <p className="text-muted">{t("none")}</p> : null}
        <ul className={campaigns.length + system ? "border-t border-line" : ""}>
          {campaigns.map((campaign) => (
            <li key={campaign.publicId} className="grid gap-x-6 gap-y-2 border-b border-line py-3 sm:grid-cols-2">
              <div className="min-w-0">
                <Link to={`/staff/campaigns/${campaign.publicId}`} className="font-medium break-words hover:underline">
                  {campaign.name}
                </Link>
                <p className="text-sm text-muted">
                  {campaign.scheduledAt !== null
                    ? t("due", { at: format.instant(campaign.scheduledAt) })
                    : campaign.status === "planning"
                      ? `${t("mails", { count: campaign.waiting })}, ${t("planning")}`
                      : t("mails", { count: campaign.waiting })}
                </p>
              </div>
              {campaign.doubtful ? <Choice name={campaign.publicId} of={campaign.name} scheduled={campaign.scheduledAt !== null} /> : <p className="text-muted">{t("fresh")}</p>}
            </li>
          ))}
          {system > 0 && (
            <li className="grid gap-x-6 gap-y-2 border-b border-line py-3 sm:grid-cols-2">
              <div>
                <p className="font-medium">{t("system")}</p>
                <p className="text-sm text-muted">{t("mails", { count: system })}</p>
              </div>
              <Choice name="system" of={t("system")} scheduled={false} />
            </li>
          )}
        </ul>
        <div className="mt-5">
          <SubmitButton>{t("release")}</SubmitButton>
        </div>
      </Section>
    </Form>
  );
}

/** Not sending is what is chosen: a mail that came once too often cannot be called back. */
function Choice({ name, of, scheduled }: { name: string; of: string; scheduled: boolean }) {
  const t = useTranslations("mailSettings.hold");
  return (
    <Fieldset legend={<span className="sr-only">{`${t("what")}: ${of}`}</span>}>
      <RadioGroup
        name={name}
        defaultValue="no"
        options={[
          { value: "no", label: t(scheduled ? "draft" : "unconfirmed") },
          { value: "send", label: t(scheduled ? "start" : "send") },
        ]}
      />
    </Fieldset>
  );
}
