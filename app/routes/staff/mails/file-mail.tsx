import { useActionData, type useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { SubmitButton } from "~/ui/button";
import { Form, FormError } from "~/ui/form";
import { Checkbox } from "~/ui/inputs";
import { ChooseCustomer } from "../inbound/choose-customer";
import type { loader } from "./show";

type Filing = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>["filing"]>;

/** On whose record a mail belongs that is about nobody known. */
export function FileMail({ filing, isWaiting }: { filing: Filing; isWaiting: boolean }) {
  const t = useTranslations("correspondence.file");
  const refused = useActionData<{ refusal: string }>()?.refusal === "unknown_customer";
  const { chosen, address } = filing;
  return (
    <section aria-label={t("title")} className="mb-6 max-w-3xl rounded-lg border border-line px-4 py-4">
      <h2 className="font-medium">{t("title")}</h2>
      <p className="mb-3 max-w-prose text-sm text-muted">{t(isWaiting ? "lead" : "leadMore")}</p>
      <ChooseCustomer {...filing} keep={[]} />
      {chosen && (
        <Form className="mt-4" key={chosen.publicId}>
          {refused && <FormError>{t("gone")}</FormError>}
          <input type="hidden" name="customer" value={chosen.publicId} />
          {address !== null && <Checkbox name="theirs" label={t("theirs", { address, name: chosen.name })} help={t("theirsHelp")} />}
          <div>
            <SubmitButton>{t("submit", { name: chosen.name })}</SubmitButton>
          </div>
        </Form>
      )}
    </section>
  );
}
