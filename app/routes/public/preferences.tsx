/** `/p/<token>`: what the reader of a mail gets, without signing in. The token stands for the mailbox it was sent to. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findWhyMail } from "~/domain/campaigns/why.server";
import { findPreferences } from "~/domain/customers/preferences.server";
import { findDeliveryById } from "~/domain/deliveries/deliveries.server";
import { readLinkToken } from "~/domain/deliveries/token.server";
import { found } from "~/http/require";
import { PlainFrame } from "~/ui/frame";
import { PageHeader } from "~/ui/page";
import { PreferencesForm } from "./preferences-form";
import { changePreferences, readSaved, veiled } from "./preferences.server";
import { forReader, WhyThisMail } from "./why-mail";

async function readerOf({ params, context }: Pick<LoaderFunctionArgs, "params" | "context">) {
  const id = found(readLinkToken(params.token ?? ""));
  const mail = found(await findDeliveryById(context.app.db.read, id));
  return { partyId: found(mail.partyId), mail };
}

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { partyId, mail } = await readerOf({ params, context });
  const why = forReader(await findWhyMail(context.app.db.read, mail, context.locale));
  const preferences = await findPreferences(context.app.db.read, partyId, context.locale, context.app.clock());
  return { preferences, address: veiled(mail.address), why, saved: readSaved(request) };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { partyId } = await readerOf({ params, context });
  return changePreferences(request, context, partyId, { source: "preference_page", path: `/p/${params.token}` });
}

export default function PublicPreferences() {
  const { preferences, address, why, saved } = useLoaderData<typeof loader>();
  const t = useTranslations("preferences");
  return (
    <PlainFrame width="text">
      <PageHeader title={t("title")} lead={`${t("lead")} ${t("for", { address })}`} />
      {why && (
        <p className="mb-6 max-w-prose text-sm text-muted">
          {t("why.title")}: <WhyThisMail why={why} />
        </p>
      )}
      <PreferencesForm preferences={preferences} saved={saved} />
    </PlainFrame>
  );
}
