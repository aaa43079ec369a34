import type { SubmissionResult } from "@conform-to/react";
import { Form as RemixForm } from "@remix-run/react";
import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { optionSchema, valueSchema } from "~/domain/products/catalogue-form";
import type { Configuration, ConfiguredOption } from "~/domain/products/configuration";
import { amountText, minorDigits } from "~/domain/products/price";
import { useFormat } from "~/i18n/format";
import { MOTIF_KEYS, MotifIcon } from "~/ui/artwork/motif";
import { Swatch } from "~/ui/artwork/swatch";
import { Button, SubmitButton } from "~/ui/button";
import { Field, Form, useSchemaForm } from "~/ui/form";
import { Checkbox, Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { WordFields } from "../words";

export type Answer = { intent: string; result: SubmissionResult<string[]> } | undefined;
type Props = { config: Configuration; mayEdit: boolean; answer: Answer };

/** What can be chosen on the product; each value with its price, offered or not. */
export function Options({ config, mayEdit, answer }: Props) {
  const t = useTranslations("catalogue");
  return (
    <Section title={t("options")} description={t("optionsHelp")}>
      <div className="flex flex-col gap-6">
        {config.options.map((option) => (
          <OptionValues key={option.key} option={option} currency={config.currency} mayEdit={mayEdit} />
        ))}
        {config.options.length === 0 && <p className="text-muted">{t("noOptions")}</p>}
      </div>
      {mayEdit && (
        <div className="mt-6 grid gap-3">
          {config.options.some((o) => o.kind !== "text") && <NewValue config={config} answer={answer} />}
          <NewOption currency={config.currency} answer={answer} />
        </div>
      )}
    </Section>
  );
}

function OptionValues({ option, currency, mayEdit }: { option: ConfiguredOption; currency: string; mayEdit: boolean }) {
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const format = useFormat();
  return (
    <div>
      <h3 className="font-medium">
        {option.label} <span className="font-mono text-sm font-normal text-muted">{option.key}</span>
        <span className="text-sm font-normal text-muted">
          {" · "}
          {t(`kind.${option.kind}`)}
          {option.isRequired && ` · ${t("required")}`}
          {option.kind === "text" && ` · ${t("upTo", { count: option.maxLength ?? 0 })} · ${format.money(option.priceDelta, currency)}`}
        </span>
      </h3>
      <ul className="mt-1 divide-y divide-line">
        {option.values.map((value) => (
          <li key={value.key} className="py-1.5">
            <RemixForm method="post" className="flex flex-wrap items-center gap-3">
              <input type="hidden" name="option" value={option.key} />
              <input type="hidden" name="value" value={value.key} />
              <span className="flex min-w-40 flex-1 items-center gap-2">
                {option.kind === "colour" && <Swatch data={value.data} className="size-5" />}
                {option.kind === "motif" && value.data.motif && <MotifIcon name={value.data.motif} size={20} />}
                {value.label}
              </span>
              <Field name="priceDelta" label={`${tc("price")}: ${value.label}`} hideLabel className="w-32">
                <Input inputMode="decimal" defaultValue={amountText(value.priceDelta, minorDigits(currency))} suffix={currency} className="text-end tabular" disabled={!mayEdit} />
              </Field>
              <Checkbox name="isActive" label={t("offered")} defaultChecked={value.isActive} disabled={!mayEdit} />
              {mayEdit && (
                <Button type="submit" size="sm" name="intent" value="price-of-value" aria-label={`${tc("save")}: ${value.label}`}>
                  {tc("save")}
                </Button>
              )}
            </RemixForm>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NewOption({ currency, answer }: { currency: string; answer: Answer }) {
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const refused = answer?.intent === "option" ? answer.result : null;
  const [form, fields] = useSchemaForm(optionSchema, { id: "option", lastResult: refused, defaultValue: { isRequired: "on" } });
  return (
    <details open={refused !== null} className="rounded-md border border-line px-4 py-3">
      <summary className="cursor-pointer font-medium">{t("addOption")}</summary>
      <Form form={form} className="mt-4 max-w-none">
        <div className="grid gap-4 sm:grid-cols-4">
          <Field of={fields.key} label={t("key")} help={t("keyHelp")}>
            <Input autoComplete="off" className="font-mono" />
          </Field>
          <Field of={fields.kind} label={t("kindLabel")}>
            <Select options={(["choice", "colour", "motif", "text"] as const).map((value) => ({ value, label: t(`kind.${value}`) }))} />
          </Field>
          <Field of={fields.maxLength} label={t("maxLength")} optional required={false}>
            <Input type="number" />
          </Field>
          <Field of={fields.priceDelta} label={t("textPrice")} optional required={false}>
            <Input inputMode="decimal" suffix={currency} className="text-end tabular" />
          </Field>
        </div>
        <WordFields fields={fields} label={tc("name")} />
        <Checkbox of={fields.isRequired} label={t("required")} />
        <SubmitButton name="intent" value="option" icon={Plus} variant="secondary" className="self-start">
          {t("addOption")}
        </SubmitButton>
      </Form>
    </details>
  );
}

function NewValue({ config, answer }: { config: Configuration; answer: Answer }) {
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  const refused = answer?.intent === "value" ? answer.result : null;
  const [form, fields] = useSchemaForm(valueSchema, { id: "value", lastResult: refused });
  return (
    <details open={refused !== null} className="rounded-md border border-line px-4 py-3">
      <summary className="cursor-pointer font-medium">{t("addValue")}</summary>
      <Form form={form} className="mt-4 max-w-none">
        <div className="grid gap-4 sm:grid-cols-4">
          <Field of={fields.option} label={t("option")}>
            <Select options={config.options.filter((o) => o.kind !== "text").map((o) => ({ value: o.key, label: o.label }))} />
          </Field>
          <Field of={fields.key} label={t("key")} help={t("keyHelp")}>
            <Input autoComplete="off" className="font-mono" />
          </Field>
          <Field of={fields.priceDelta} label={tc("price")} optional required={false}>
            <Input inputMode="decimal" suffix={config.currency} className="text-end tabular" />
          </Field>
          <Field of={fields.look} label={t("look")} help={t("lookHelp")} optional required={false}>
            <Input list="motifs" autoComplete="off" className="font-mono" />
          </Field>
        </div>
        <datalist id="motifs">
          {MOTIF_KEYS.map((key) => (
            <option key={key} value={key}>
              {key}
            </option>
          ))}
        </datalist>
        <WordFields fields={fields} label={tc("name")} />
        <SubmitButton name="intent" value="value" icon={Plus} variant="secondary" className="self-start">
          {t("addValue")}
        </SubmitButton>
      </Form>
    </details>
  );
}
