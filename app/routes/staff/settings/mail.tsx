import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useActionData, useLoaderData } from "@remix-run/react";
import { CircleCheck, CircleX, Hand, SearchCheck, Send, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { findStaffUser } from "~/domain/accounts/staff.server";
import { queueNotice } from "~/domain/deliveries/deliveries.server";
import { holdSending, isHeld } from "~/domain/deliveries/hold.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found, requireStaff } from "~/http/require";
import { type FindingValues, useFindingWords } from "~/i18n/findings";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Icon } from "~/ui/icon";
import { Section } from "~/ui/page";

const PATH = "/staff/settings/mail";

export async function loader({ context }: LoaderFunctionArgs) {
  const { app } = context;
  const { MAIL_URL, MAIL_FROM, BOUNCE_ADDRESS, LINK_URL, DKIM } = app.env;
  const me = found(await findStaffUser(app.db.read, requireStaff(context).id));
  return {
    way: app.mail.name,
    host: app.mail.name === "smtp" && MAIL_URL ? MAIL_URL.trim().split(/\s+/).map((url) => new URL(url).host).join(", ") : "",
    signed: DKIM.map((key) => `${key.selector}._domainkey.${key.domain}`),
    from: MAIL_FROM,
    bounces: BOUNCE_ADDRESS ?? null,
    links: LINK_URL,
    address: me.email,
    held: (await isHeld(app.db.read)) !== null,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app } = context;
  switch ((await request.formData()).get("intent")) {
    case "check":
      return { findings: await app.checkMail() };
    case "test":
      return sendTest(context);
    case "hold": {
      const held = await app.db.write((tx) => holdSending(tx, by(context)));
      return redirectSaying(app, PATH, { key: held ? "mailSettings.holdSection.held" : "mailSettings.holdSection.already" });
    }
    default:
      throw new Response(null, { status: 400 });
  }
}

async function sendTest(context: ActionFunctionArgs["context"]): Promise<Response> {
  const { app } = context;
  const me = found(await findStaffUser(app.db.read, requireStaff(context).id));
  const held = await app.db.write(async (tx) => {
    const { now } = by(context);
    await queueNotice(tx, by(context), {
      class: "transactional", to: { address: me.email, name: me.name }, template: "mail_test", locale: me.locale, values: { at: now },
      dedupeKey: `mail-test:${me.id}:${now}`, expiresAt: now + 3_600_000,
    });
    return isHeld(tx);
  });
  return redirectSaying(app, PATH, { key: held ? "mailSettings.test.held" : "mailSettings.test.queued", values: { address: me.email } });
}

export default function MailSettings() {
  const { way, host, signed, from, bounces, links, address, held } = useLoaderData<typeof loader>();
  const t = useTranslations("mailSettings");
  return (
    <>
      <Section first title={t("way.title")} description={t("way.environment")}>
        <p className="mb-3 text-base">{t(`way.${way}`, { host })}</p>
        <DataList
          items={[
            [t("way.from"), <span key="from" className="break-words">{from}</span>],
            [t("way.bounces"), bounces],
            [t("way.signed"), signed.join(", ")],
            [t("way.links"), <span key="links" className="break-all">{links}</span>],
          ]}
        />
      </Section>
      <Check />
      <Section title={t("test.title")} description={t("test.lead", { address })}>
        <Form method="post">
          <SubmitButton variant="secondary" icon={Send} name="intent" value="test">
            {t("test.button")}
          </SubmitButton>
        </Form>
      </Section>
      <Section title={t("holdSection.title")} description={t("holdSection.lead")}>
        {held ? (
          <Link to="/staff/settings/hold" className="text-pine underline">{t("holdSection.link")}</Link>
        ) : (
          <Form method="post">
            <SubmitButton variant="danger-quiet" icon={Hand} name="intent" value="hold">
              {t("holdSection.button")}
            </SubmitButton>
          </Form>
        )}
      </Section>
    </>
  );
}

const ICONS = { ok: CircleCheck, warning: TriangleAlert, wrong: CircleX } as const;
const INK = { ok: "text-green", warning: "text-amber", wrong: "text-red" } as const;
const TONES = { ok: "success", warning: "warn", wrong: "error" } as const;

function Check() {
  const t = useTranslations("mailSettings");
  const words = useFindingWords();
  const answer = useActionData<typeof action>() as { findings?: { key: string; level: keyof typeof ICONS; values: FindingValues }[] } | undefined;
  const findings = answer?.findings;
  const worst = findings && (findings.some((f) => f.level === "wrong") ? "wrong" : findings.some((f) => f.level === "warning") ? "warning" : "ok");
  return (
    <Section title={t("check.title")} description={t("check.lead")}>
      <Form method="post" className="mb-4">
        <SubmitButton icon={SearchCheck} name="intent" value="check">
          {t("check.button")}
        </SubmitButton>
      </Form>
      {findings && worst && (
        <div className="max-w-3xl" aria-live="polite">
          <Callout tone={TONES[worst]} title={t(`check.${worst}`)} className="mb-3" />
          <ul className="border-t border-line">
            {findings.map((finding) => (
              <li key={finding.key + JSON.stringify(finding.values)} className="flex gap-3 border-b border-line py-2">
                <Icon of={ICONS[finding.level]} size={18} className={`mt-0.5 shrink-0 ${INK[finding.level]}`} />
                <span className="min-w-0 break-words">
                  <span className="sr-only">{t(`check.levels.${finding.level}`)}: </span>
                  {words(finding)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}
