/** One mail that this customer was sent, as they got it. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findWhyMail } from "~/domain/campaigns/why.server";
import { findMailOf } from "~/domain/deliveries/deliveries.server";
import { found, requireCustomer } from "~/http/require";
import { TextLink } from "~/ui/button";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { forReader, WhyThisMail } from "../../public/why-mail";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const mail = found(await findMailOf(context.app.db.read, partyId, params.id ?? ""));
  const why = forReader(await findWhyMail(context.app.db.read, mail, context.locale));
  return { publicId: mail.publicId, subject: mail.subject, class: mail.class, at: mail.acceptedAt ?? mail.handedAt, address: mail.address, why };
}

export default function PortalMail() {
  const mail = useLoaderData<typeof loader>();
  const t = useTranslations("preferences");
  const title = mail.subject ?? t(`mails.${mail.class as "marketing"}`);
  return (
    <Page width="text">
      <PageHeader
        title={title}
        back={{ to: "/portal/preferences", label: t("mails.back") }}
        meta={
          <>
            <span>{t("mails.to", { address: mail.address })}</span>
            {mail.at && <DateTime at={mail.at} show="dateTime" />}
          </>
        }
      />
      <iframe
        title={title}
        src={`/portal/preferences/mails/${mail.publicId}/copy`}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        className="h-[44rem] w-full border border-line bg-white"
      />
      <Section title={t("why.title")}>
        <p className="max-w-prose">
          <WhyThisMail why={mail.why} /> {mail.why && <TextLink to="/portal/preferences">{t("why.change")}</TextLink>}
        </p>
      </Section>
    </Page>
  );
}
