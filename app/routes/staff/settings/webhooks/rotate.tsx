import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findEndpoint, rotateSecret } from "~/domain/integrations/webhooks.server";
import { by, found } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import { ShownOnce } from "../api/shown-once";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { publicId, url } = found(await findEndpoint(context.app.db.read, params.id ?? ""));
  return { publicId, url };
}

export async function action({ params, context }: ActionFunctionArgs) {
  const { id } = found(await findEndpoint(context.app.db.read, params.id ?? ""));
  const secret = await context.app.db.write((tx) => rotateSecret(tx, by(context), context.app.env, id));
  return data({ secret }, { headers: { "Cache-Control": "no-store" } });
}

export default function RotateSecret() {
  const t = useTranslations("webhooks");
  const tc = useTranslations("common");
  const { publicId, url } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const back = `/staff/settings/webhooks/${publicId}`;
  if (answer)
    return (
      <Section first title={url}>
        <ShownOnce label={t("secret")} secret={answer.secret}>
          {t("once")}
        </ShownOnce>
        <div className="mt-4">
          <Actions>
            <LinkButton to={back} variant="primary">
              {t("kept")}
            </LinkButton>
          </Actions>
        </div>
      </Section>
    );
  return (
    <Section first title={t("rotate")} description={t("rotateHelp")}>
      <Form>
        <Actions>
          <SubmitButton>{t("rotateDo")}</SubmitButton>
          <LinkButton to={back}>{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
