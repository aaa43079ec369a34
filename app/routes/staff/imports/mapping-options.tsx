/** How the cells of a file are to be read. */
import { useTranslations } from "use-intl";

import { DELIMITERS, ENCODINGS } from "~/domain/imports/encoding";
import { KEYS, type ImportType } from "~/domain/imports/import";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Field } from "~/ui/form";
import { Checkbox, Input, Select } from "~/ui/inputs";
import type { Answer, Draft } from "./mapping-form";

const HAS_PRICES: readonly ImportType[] = ["products", "orders", "invoices", "payments"];

export function Options({ type, draft, answer }: { type: ImportType; draft: Draft; answer: Answer }) {
  const t = useTranslations("imports");
  const { options } = draft;
  const typed = answer?.typed?.options ?? {};
  const keys = KEYS[type];
  const error = (name: string) => answer?.errors[name];
  return (
    <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
      <Field
        name="encoding"
        label={t("options.encoding")}
        help={t("options.encodingHelp")}
        error={error("encoding")}
      >
        <Select
          defaultValue={typed.encoding ?? options.encoding}
          options={ENCODINGS.map((name) => ({ value: name, label: name.toUpperCase() }))}
        />
      </Field>
      <Field name="delimiter" label={t("options.delimiter")} error={error("delimiter")}>
        <Select
          defaultValue={typed.delimiter ?? (options.delimiter === "\t" ? "tab" : options.delimiter)}
          options={DELIMITERS.map((sign) => ({
            value: sign === "\t" ? "tab" : sign,
            label: sign === "\t" ? t("options.tab") : sign,
          }))}
        />
      </Field>
      <Field name="decimalMark" label={t("options.decimalMark")} error={error("decimalMark")}>
        <Select
          defaultValue={typed.decimalMark ?? options.decimalMark}
          options={[".", ","].map((sign) => ({ value: sign, label: `12${sign}50` }))}
        />
      </Field>
      <Field name="dayOrder" label={t("options.dayOrder")} error={error("dayOrder")}>
        <Select
          defaultValue={typed.dayOrder ?? options.dayOrder}
          options={[
            { value: "dmy", label: t("options.dmy") },
            { value: "mdy", label: t("options.mdy") },
          ]}
        />
      </Field>
      <Field name="timeZone" label={t("options.timeZone")} error={error("timeZone")}>
        <Select
          defaultValue={typed.timeZone ?? options.timeZone}
          options={[...new Set([options.timeZone, ...draft.timeZones])].map((zone) => ({
            value: zone,
            label: zone.replaceAll("_", " "),
          }))}
        />
      </Field>
      <Field
        name="locale"
        label={t("options.locale")}
        help={t("options.localeHelp")}
        error={error("locale")}
      >
        <Select
          defaultValue={typed.locale ?? options.locale}
          options={LOCALES.map((locale) => ({ value: locale, label: LOCALE_NAMES[locale] }))}
        />
      </Field>
      {HAS_PRICES.includes(type) ? (
        <Field
          name="currency"
          label={t("options.currency")}
          help={t("options.currencyHelp")}
          error={error("currency")}
        >
          <Input
            defaultValue={typed.currency ?? options.currency}
            maxLength={3}
            autoComplete="off"
            className="uppercase"
          />
        </Field>
      ) : (
        <input type="hidden" name="currency" value={options.currency} />
      )}
      {(type === "customers" || type === "consents") && draft.topics.length > 0 && (
        <Field name="topicKey" label={t("options.topic")} help={t("options.topicHelp")}>
          <Select
            defaultValue={options.topicKey ?? draft.topics[0]?.key}
            options={draft.topics.map((topic) => ({ value: topic.key, label: topic.name }))}
          />
        </Field>
      )}
      {keys && (
        <Field name="key" label={t("options.key")}>
          <Select
            defaultValue={options.key ?? keys[0]}
            options={keys.map((key) => ({ value: key, label: t(`options.key_${key}` as "options.key_number") }))}
          />
        </Field>
      )}
      {type === "customers" && (
        <Field
          name="everybodySays"
          label={t("options.everybodySays")}
          help={t("options.everybodySaysHelp")}
        >
          <Select
            defaultValue={options.everybodySays ?? ""}
            placeholder={t("options.everybodySays_none")}
            options={(["yes", "no"] as const).map((said) => ({
              value: said,
              label: t(`options.everybodySays_${said}`),
            }))}
          />
        </Field>
      )}
      {type === "customers" && draft.mapping.tags && (
        <Field name="tags" label={t("options.tags")} help={t("options.tagsHelp")}>
          <Select
            defaultValue={options.tags ?? "add"}
            options={(["add", "replace"] as const).map((mode) => ({
              value: mode,
              label: t(`options.tags_${mode}`),
            }))}
          />
        </Field>
      )}
      {type === "orders" && (
        <div className="self-end">
          <Checkbox
            name="createsCustomers"
            value="on"
            label={t("options.createsCustomers")}
            help={t("options.createsCustomersHelp")}
            defaultChecked={options.createsCustomers}
          />
        </div>
      )}
    </div>
  );
}
