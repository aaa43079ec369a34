import { X } from "lucide-react";
import { useTranslations } from "use-intl";

import { SubmitButton, TextLink } from "~/ui/button";
import { Form } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Select } from "~/ui/inputs";
import type { readSegmentsOf } from "./read-customer.server";

/** The fixed lists that a customer is on: taken off by a click, put on by choice. */
export function ListsOf({ lists, others }: Pick<NonNullable<Awaited<ReturnType<typeof readSegmentsOf>>>, "lists" | "others">) {
  const t = useTranslations("segments.lists");
  return (
    <div className="mt-4">
      {lists.length > 0 && <h3 className="mb-2 text-sm text-muted">{t("on")}</h3>}
      <ul className="mb-3 flex flex-col gap-1">
        {lists.map((list) => (
          <li key={list.publicId}>
            <Form className="max-w-none flex-row items-center gap-1">
              <input type="hidden" name="intent" value="unlist" />
              <input type="hidden" name="list" value={list.publicId} />
              <TextLink to={`/staff/segments/${list.publicId}`}>{list.name}</TextLink>
              <button type="submit" aria-label={t("takeOff", { name: list.name })} className="inline-flex size-7 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink">
                <Icon of={X} size={14} />
              </button>
            </Form>
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <Form className="max-w-none flex-row items-center gap-2" key={others.length}>
          <input type="hidden" name="intent" value="list" />
          <Select name="list" aria-label={t("putOn")} placeholder={t("putOn")} required wrapperClassName="min-w-0 flex-1" options={others.map(({ publicId, name }) => ({ value: publicId, label: name }))} />
          <SubmitButton variant="secondary">{t("put")}</SubmitButton>
        </Form>
      )}
    </div>
  );
}
