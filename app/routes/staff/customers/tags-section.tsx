import { X } from "lucide-react";
import { useId } from "react";
import { useTranslations } from "use-intl";

import { SubmitButton } from "~/ui/button";
import { Form } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Section } from "~/ui/page";
import type { readTags } from "./read-record.server";
import { useSaid } from "./said";

/** The tags of a customer: taken off by a click, put on by a word. */
export function TagsSection({ tags, tagNames }: Awaited<ReturnType<typeof readTags>>) {
  const t = useTranslations("record.tags");
  const said = useSaid();
  const id = useId();
  return (
    <Section title={t("title")}>
      {tags.length === 0 && <p className="mb-3 text-muted">{t("none")}</p>}
      <ul className="mb-3 flex flex-wrap gap-1.5">
        {tags.map((tag) => (
          <li key={tag.key}>
            <Form className="contents">
              <input type="hidden" name="intent" value="untag" />
              <input type="hidden" name="key" value={tag.key} />
              <span className="inline-flex items-center gap-1 rounded-sm bg-hover pl-2 text-sm" title={said(tag)}>
                {tag.name}
                <button type="submit" aria-label={t("remove", { name: tag.name })} className="inline-flex size-7 items-center justify-center rounded-sm text-muted hover:text-ink">
                  <Icon of={X} size={14} />
                </button>
              </span>
            </Form>
          </li>
        ))}
      </ul>
      <Form className="max-w-none flex-row items-center gap-2" key={tags.length}>
        <input type="hidden" name="intent" value="tag" />
        <input
          name="name"
          list={id}
          required
          maxLength={40}
          aria-label={t("add")}
          placeholder={t("placeholder")}
          autoComplete="off"
          className="min-h-(--control) min-w-0 flex-1 rounded-md border border-edge bg-paper px-2.5 text-base placeholder:text-muted"
        />
        <datalist id={id}>
          {tagNames.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
        <SubmitButton variant="secondary">{t("button")}</SubmitButton>
      </Form>
    </Section>
  );
}
