import { useTranslations } from "use-intl";

import { EVENT_TYPE_NAMES } from "~/domain/integrations/webhook";
import { Field, Fieldset } from "~/ui/form";
import { Checkbox, Input } from "~/ui/inputs";

const GROUPS = [...new Set(EVENT_TYPE_NAMES.map((type) => type.split(".")[0] as string))];

/** Where to, and what of. The names of types are those that the messages carry. */
export function EndpointFields({ fields }: { fields: { url: unknown; description: unknown; types: unknown } }) {
  const t = useTranslations("webhooks");
  return (
    <>
      <Field of={fields.url} label={t("url")} help={t("urlHelp")}>
        <Input type="url" inputMode="url" autoComplete="off" placeholder="https://erp.example.com/rapport" />
      </Field>
      <Field of={fields.description} label={t("description")} optional className="max-w-96">
        <Input autoComplete="off" />
      </Field>
      <Fieldset of={fields.types} legend={t("types")} help={t("typesHelp")}>
        <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
          {GROUPS.map((group) => (
            <div key={group} role="group" aria-label={group} lang="en">
              {EVENT_TYPE_NAMES.filter((type) => type.startsWith(`${group}.`)).map((type) => (
                <Checkbox key={type} of={fields.types} value={type} label={<code>{type}</code>} />
              ))}
            </div>
          ))}
        </div>
      </Fieldset>
    </>
  );
}
