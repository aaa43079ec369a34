import { Form as RemixForm } from "@remix-run/react";
import { Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { ruleSchema } from "~/domain/products/catalogue-form";
import type { Configuration, ConfiguredRule, SelectionPattern } from "~/domain/products/configuration";
import { useFormat } from "~/i18n/format";
import { SubmitButton } from "~/ui/button";
import { Field, Form, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import type { Answer } from "./options";
import { WordFields } from "../words";

type Props = { config: Configuration; mayEdit: boolean; answer: Answer };

/** What goes together and what does not, read back in words, with the reason that customers see. */
export function Rules({ config, mayEdit, answer }: Props) {
  const t = useTranslations("catalogue");
  const say = useRuleWords(config);
  return (
    <Section title={t("rules")} description={t("rulesHelp")}>
      {config.rules.length === 0 && <p className="text-muted">{t("noRules")}</p>}
      <ul className="divide-y divide-line">
        {config.rules.map((rule) => (
          <li key={rule.id} className="flex flex-wrap items-start gap-3 py-2">
            <div className="min-w-60 flex-1">
              <p>{say(rule)}</p>
              <p className="text-sm text-muted">{rule.reason}</p>
            </div>
            {mayEdit && (
              <RemixForm method="post">
                <input type="hidden" name="rule" value={rule.id} />
                <SubmitButton name="intent" value="remove-rule" variant="danger-quiet" size="sm" aria-label={`${t("removeRule")}: ${say(rule)}`}>
                  {t("removeRule")}
                </SubmitButton>
              </RemixForm>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && config.options.length > 0 && <NewRule config={config} answer={answer} />}
    </Section>
  );
}

function useRuleWords(config: Configuration) {
  const t = useTranslations("catalogue");
  const format = useFormat();
  const list = (pattern: SelectionPattern) =>
    format.list(
      Object.entries(pattern).map(([key, accepted]) => {
        const option = config.options.find((o) => o.key === key);
        const values = accepted.map((v) => (v === "*" ? t("anything") : v === "" ? t("nothing") : (option?.values.find((own) => own.key === v)?.label ?? v)));
        return `${option?.label ?? key}: ${values.join(" / ")}`;
      }),
    );
  return (rule: ConfiguredRule) =>
    rule.kind === "price"
      ? t("rule.price", { when: list(rule.when), amount: format.money(rule.priceDelta, config.currency) })
      : t(`rule.${rule.kind}`, { when: list(rule.when), then: list(rule.then) });
}

function NewRule({ config, answer }: { config: Configuration; answer: Answer }) {
  const t = useTranslations("catalogue");
  const refused = answer?.intent === "rule" ? answer.result : null;
  const [form, fields] = useSchemaForm(ruleSchema, { id: "rule", lastResult: refused });
  const pairs = config.options.flatMap((option) => [
    ...option.values.map((value) => ({ value: `${option.key}=${value.key}`, label: `${option.label}: ${value.label}` })),
    { value: `${option.key}=*`, label: `${option.label}: ${t("anything")}` },
    ...(option.isRequired ? [] : [{ value: `${option.key}=`, label: `${option.label}: ${t("nothing")}` }]),
  ]);
  return (
    <details open={refused !== null} className="mt-4 rounded-md border border-line px-4 py-3">
      <summary className="cursor-pointer font-medium">{t("addRule")}</summary>
      <Form form={form} className="mt-4 max-w-none">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field of={fields.when} label={t("when")}>
            <Select options={pairs} />
          </Field>
          <Field of={fields.kind} label={t("ruleKind")}>
            <Select options={(["requires", "excludes", "price"] as const).map((value) => ({ value, label: t(`ruleKinds.${value}`) }))} />
          </Field>
          <Field of={fields.then} label={t("then")} optional required={false}>
            <Select placeholder="" options={pairs} />
          </Field>
          <Field of={fields.priceDelta} label={t("rulePrice")} optional required={false}>
            <Input inputMode="decimal" suffix={config.currency} className="text-end tabular" />
          </Field>
        </div>
        <WordFields fields={fields} label={t("reason")} />
        <SubmitButton name="intent" value="rule" icon={Plus} variant="secondary" className="self-start">
          {t("addRule")}
        </SubmitButton>
      </Form>
    </details>
  );
}
