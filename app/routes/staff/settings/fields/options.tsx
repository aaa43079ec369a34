import { useTranslations } from "use-intl";

import { Field, type FieldMeta } from "~/ui/form";
import { Textarea } from "~/ui/inputs";

const LANGUAGES = [
  { name: "optionsEn", locale: "en" },
  { name: "optionsPl", locale: "pl" },
  { name: "optionsSrLatn", locale: "sr-Latn" },
  { name: "optionsSrCyrl", locale: "sr-Cyrl" },
] as const;

/** The options of a choice, a line each, in four languages. */
export function OptionFields({ fields, help }: { fields: Partial<Record<string, unknown>>; help: string }) {
  const t = useTranslations("record.fields");
  const tc = useTranslations("common");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {LANGUAGES.map(({ name, locale }) => (
        <Field key={name} of={fields[name] as FieldMeta} label={`${t("options")} · ${tc(`languages.${locale}`)}`} help={name === "optionsEn" ? help : undefined} required={false}>
          <Textarea lang={locale} rows={4} />
        </Field>
      ))}
    </div>
  );
}
