import { Form as RemixForm, Link, useActionData, type useLoaderData, useSearchParams } from "@remix-run/react";
import { Check } from "lucide-react";
import { useTranslations } from "use-intl";

import type { FileLetterRefusal } from "~/domain/cases/strangers.server";
import { Button, SubmitButton, TextLink } from "~/ui/button";
import { Field, Form, FormError } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Checkbox, SearchInput, Select } from "~/ui/inputs";
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
      <RemixForm role="search" className="flex max-w-xl gap-2">
        <Kept names={["show", "mail"]} />
        <div className="min-w-0 flex-1">
          <SearchInput name="q" label={t("search")} placeholder={t("search")} defaultValue={typed} key={typed} />
        </div>
        <Button type="submit">{t("find")}</Button>
      </RemixForm>
      {writers.length > 0 ? (
        <ul aria-label={t("found")} className="mt-2 max-w-xl">
          {writers.map((writer) => (
            <Writer key={writer.publicId} writer={writer} isChosen={writer.publicId === chosen?.publicId} />
          ))}
        </ul>
      ) : (
        <p role="status" className="mt-3 text-sm text-muted">
          {typed ? t("nobody", { typed }) : t("typeFirst")}
        </p>
      )}
      <p className="mt-2 text-sm">
        <TextLink to={`/staff/customers/new?${new URLSearchParams({ email: mail.fromAddress ?? "" })}`}>{t("newCustomer")}</TextLink>
      </p>
      {chosen && <Where key={chosen.publicId} mail={mail} chosen={chosen} />}
    </div>
  );
}

function Kept({ names }: { names: readonly string[] }) {
  const [query] = useSearchParams();
  return names.map((name) => query.has(name) && <input key={name} type="hidden" name={name} value={query.get(name)!} />);
}

function Writer({ writer, isChosen }: { writer: Filing["writers"][number]; isChosen: boolean }) {
  const [query] = useSearchParams();
  const to = new URLSearchParams(query);
  to.set("customer", writer.publicId);
  return (
    <li className="border-b border-line last:border-0">
      <Link
        to={`?${to}`}
        preventScrollReset
        aria-current={isChosen ? "true" : undefined}
        className="flex flex-wrap items-baseline gap-x-3 rounded-md px-2 py-2 hover:bg-hover aria-[current]:bg-pine-wash"
      >
        <span className="font-medium">{writer.name}</span>
        <span className="min-w-0 truncate text-sm text-muted">{[writer.email, writer.number].filter(Boolean).join(" · ")}</span>
        {isChosen && <Icon of={Check} size={15} className="ml-auto self-center text-pine" />}
      </Link>
    </li>
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
