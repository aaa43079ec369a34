import { useTranslations } from "use-intl";

import type { FieldMeta } from "~/ui/form";
import { Field } from "~/ui/form";
import { Input, Textarea } from "~/ui/inputs";

const LANGUAGES = [
  { key: "en", locale: "en" },
  { key: "pl", locale: "pl" },
  { key: "srLatn", locale: "sr-Latn" },
  { key: "srCyrl", locale: "sr-Cyrl" },
] as const;

type Fields = Partial<Record<string, unknown>>;

/** One thing's name in four languages; with `descriptions`, also what is said of it. */
export function WordFields({ fields, label, descriptions }: { fields: Fields; label: string; descriptions?: string }) {
  const tc = useTranslations("common");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {LANGUAGES.map(({ key, locale }) => (
        <div key={key} className="flex flex-col gap-2">
          <Field of={fields[key] as FieldMeta} label={`${label} · ${tc(`languages.${locale}`)}`} required={key === "en"} help={key === "srCyrl" ? tc("cyrillicHelp") : undefined}>
            <Input lang={locale} autoComplete="off" />
          </Field>
          {descriptions && (
            <Field of={fields[`${key}Text`] as FieldMeta} label={`${descriptions} · ${tc(`languages.${locale}`)}`} required={false}>
              <Textarea lang={locale} rows={2} />
            </Field>
          )}
        </div>
      ))}
    </div>
  );
}

type Words = Partial<Record<string, { name: string; description: string }>>;

/** The other way: what the form shows of words that are kept. */
export function filledOf(words: Words) {
  return Object.fromEntries(LANGUAGES.flatMap(({ key, locale }) => [[key, words[locale]?.name], [`${key}Text`, words[locale]?.description]]));
}
