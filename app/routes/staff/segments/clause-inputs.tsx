import { cx } from "class-variance-authority";
import { useId } from "react";
import { useTranslations } from "use-intl";

import type { Input as InputKind, Option } from "~/domain/customers/segment-field";
import { Icon } from "~/ui/icon";
import { Input, Select } from "~/ui/inputs";
import { ChevronDown } from "lucide-react";
import { useValueWords } from "./readback";

/** The things to fill in of one clause. Values go out as text, as a form posts them. */
export function ClauseInput({
  input,
  field,
  name,
  value,
  options,
  currency,
  error,
  onChange,
}: {
  input: InputKind;
  field: string;
  name: string;
  value: readonly string[];
  options: readonly Option[];
  currency: string;
  error?: string;
  onChange: (value: string[]) => void;
}) {
  const t = useTranslations("segments");
  const words = useValueWords();
  const errorId = useId();
  const label = t(input.kind === "money" && input.name === "number" ? "inputs.amount" : `inputs.${input.name as "days"}`);
  const common = {
    name,
    "aria-label": label,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": error ? errorId : undefined,
  } as const;
  const text = value[0] ?? "";
  const choices = input.kind === "choice" || input.kind === "choices" ? (input.of === "loaded" ? options : input.of.map((one): Option => ({ value: one, label: one }))) : options;
  const named = choices.map((one) => ({ value: one.value, label: words(field, one.value, one.label) }));
  return (
    <span className="flex min-w-0 flex-col">
      {input.kind === "choices" ? (
        <Choices legend={label} name={name} chosen={value} options={known(named, value)} invalid={Boolean(error)} describedBy={error ? errorId : undefined} onChange={onChange} />
      ) : input.kind === "choice" ? (
        <Select {...common} value={text} placeholder={t("clause.choose")} options={known(named, value)} onChange={(e) => onChange([e.currentTarget.value])} wrapperClassName="w-48" />
      ) : input.kind === "day" ? (
        <Input {...common} type="date" value={text} onChange={(e) => onChange([e.currentTarget.value])} className="w-40" />
      ) : input.kind === "text" ? (
        <>
          <Input
            {...common}
            value={text}
            maxLength={input.maxLength}
            list={input.suggest ? `${errorId}-list` : undefined}
            autoComplete="off"
            onChange={(e) => onChange([e.currentTarget.value])}
            className="w-56"
          />
          {input.suggest && (
            <datalist id={`${errorId}-list`}>
              {named.map((one) => (
                <option key={one.value} value={one.value}>
                  {one.label}
                </option>
              ))}
            </datalist>
          )}
        </>
      ) : (
        <span className={input.name === "days" ? "w-28" : "w-36"}>
          <Input
            {...common}
            inputMode={input.kind === "money" ? "decimal" : "numeric"}
            value={text}
            suffix={input.kind === "money" ? currency : input.name === "days" ? t("inputs.daysUnit") : undefined}
            autoComplete="off"
            onChange={(e) => onChange([e.currentTarget.value])}
          />
        </span>
      )}
      {error && (
        <span id={errorId} className="mt-1 text-sm font-medium text-red">
          {error}
        </span>
      )}
    </span>
  );
}

/** What was chosen once stays choosable, also when the database no longer offers it. */
function known(options: readonly Option[], chosen: readonly string[]): Option[] {
  return [...options, ...chosen.filter((one) => one && !options.some((o) => o.value === one)).map((value) => ({ value, label: value }))];
}

/** Several of a list: checkboxes behind one button that says what is chosen; plain HTML, so it opens before scripts. */
function Choices({
  legend,
  name,
  chosen,
  options,
  invalid,
  describedBy,
  onChange,
}: {
  legend: string;
  name: string;
  chosen: readonly string[];
  options: readonly Option[];
  invalid: boolean;
  describedBy?: string;
  onChange: (value: string[]) => void;
}) {
  const t = useTranslations("segments");
  const labels = options.filter((o) => chosen.includes(o.value)).map((o) => o.label);
  return (
    <details className="group relative">
      <summary
        aria-describedby={describedBy}
        className={cx(
          "flex min-h-(--control) max-w-80 min-w-44 cursor-pointer list-none items-center gap-2 rounded-md border bg-paper px-3 py-1 [&::-webkit-details-marker]:hidden",
          invalid ? "border-red ring-1 ring-red" : "border-edge hover:border-ink/60",
        )}
      >
        <span className="sr-only">{legend}: </span>
        <span className="min-w-0 flex-1 truncate">{labels.length ? labels.join(", ") : t("clause.choose")}</span>
        <Icon of={ChevronDown} className="text-muted" />
      </summary>
      <fieldset className="absolute top-full left-0 z-20 mt-1 max-h-72 min-w-full overflow-y-auto rounded-lg border border-line bg-raised p-2 shadow-float">
        <legend className="sr-only">{legend}</legend>
        {options.map((option) => (
          <label key={option.value} className="flex min-h-(--control-sm) items-center gap-2 rounded-md px-2 whitespace-nowrap hover:bg-hover">
            <input
              type="checkbox"
              name={name}
              value={option.value}
              checked={chosen.includes(option.value)}
              onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, option.value] : chosen.filter((one) => one !== option.value))}
              className="size-4 shrink-0"
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
