import { Form } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { PartyRow } from "~/domain/customers/search.server";
import type { NamedList } from "~/domain/segments/lists.server";
import { SubmitButton } from "~/ui/button";
import { Select } from "~/ui/inputs";
import type { Column } from "~/ui/table";

const FORM = "on-list";

/** A box before nobody's eyes but theirs who tick it: above the row's own link. */
export function useTicks(): Column<PartyRow> {
  const t = useTranslations("segments.lists");
  return {
    key: "tick", header: "", label: t("tickShort"), align: "end",
    cell: (row) => (
      <label className="relative z-10 -m-2 inline-flex p-2 align-middle">
        <span className="sr-only">{t("tick", { name: row.name })}</span>
        <input type="checkbox" form={FORM} name="customer" value={row.publicId} className="size-4.5" />
      </label>
    ),
  };
}

/** What is done with those who are ticked. */
export function PutOnList({ lists }: { lists: readonly NamedList[] }) {
  const t = useTranslations("segments.lists");
  return (
    <Form method="post" id={FORM} className="mt-4 flex flex-wrap items-center gap-2">
      <Select name="list" aria-label={t("ticked")} placeholder={t("ticked")} required wrapperClassName="w-full sm:w-72" options={lists.map(({ publicId, name }) => ({ value: publicId, label: name }))} />
      <SubmitButton name="intent" value="add" variant="secondary">
        {t("put")}
      </SubmitButton>
      <SubmitButton name="intent" value="remove" variant="quiet">
        {t("off")}
      </SubmitButton>
    </Form>
  );
}
