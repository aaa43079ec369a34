import { useActionData, type useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { FileLetterRefusal } from "~/domain/cases/strangers.server";
import { SubmitButton } from "~/ui/button";
import { Field, Form, FormError } from "~/ui/form";
import { Checkbox, Select } from "~/ui/inputs";
import { ChooseCustomer } from "./choose-customer";
import type { loader } from "./list";

type Open = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>["open"]>;
type Filing = NonNullable<Open["filing"]>;

/** Whose letter it is: look for the customer, choose one, say where it goes. */
export function FileLetter({ mail, filing }: { mail: Open; filing: Filing }) {
  const t = useTranslations("inbound.file");
  const { chosen, writers, typed } = filing;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <h3 className="font-medium">{t("title")}</h3>
      <p className="mb-3 max-w-prose text-sm text-muted">{t("lead")}</p>
      <ChooseCustomer writers={writers} chosen={chosen} typed={typed} address={mail.fromAddress} keep={["show", "mail"]} />
      {chosen && <Where key={chosen.publicId} mail={mail} chosen={chosen} />}
    </div>
  );
}

function Where({ mail, chosen }: { mail: Open; chosen: NonNullable<Filing["chosen"]> }) {
  const t = useTranslations("inbound.file");
  const status = useTranslations("desk.status");
  const answer = useActionData<{ refusal: FileLetterRefusal }>();
  return (
    <Form className="mt-4">
      {answer && answer.refusal !== "not_found" && <FormError>{t(`refused.${answer.refusal}`)}</FormError>}
      <input type="hidden" name="mail" value={mail.publicId} />
      <input type="hidden" name="customer" value={chosen.publicId} />
      <Field name="case" label={t("where")} help={chosen.email ? t("answers", { name: chosen.name, email: chosen.email }) : t("noAddress", { name: chosen.name })}>
        <Select
          placeholder={t("newCase")}
          options={chosen.cases.map((one) => ({ value: one.publicId, label: `${one.number} · ${one.subject} · ${status(one.status)}` }))}
        />
      </Field>
      {mail.fromAddress && <Checkbox name="theirs" label={t("theirs", { address: mail.fromAddress, name: chosen.name })} help={t("theirsHelp")} />}
      <div>
        <SubmitButton>{t("submit", { name: chosen.name })}</SubmitButton>
      </div>
    </Form>
  );
}
