import { Form, useNavigation } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ChevronUp } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { checkSelection, readSelection, type Check, type Configuration, type Fix, type Selection } from "~/domain/products/configuration";
import { useFormat } from "~/i18n/format";
import { lookOf } from "~/ui/artwork/look";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { Button, buttonClass } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Input } from "~/ui/inputs";
import { ConflictNote } from "./conflict-note";
import { OptionField } from "./option-field";

export type ConfiguratorProps = {
  product: { name: string; artwork: string | null };
  config: Configuration;
  /** What stands there at first: the defaults, the saved design, or what the address says. */
  start: Selection;
  name: string;
  /** The server refused: what is wrong is said, nothing typed is lost. */
  refused?: { reason: "mend" | "gone"; nameError?: string } | null;
  /** Saving here changes this design. */
  isSaved: boolean;
};

/**
 * One form: the drawing stays in sight, each choice says what it changes, the total stands at the thumb. Before scripts
 * have loaded, or without them, "update the picture" and the fixes are plain submit buttons that ask for the page anew.
 */
export function Configurator({ product, config, start, name, refused, isSaved }: ConfiguratorProps) {
  const t = useTranslations("designs");
  const form = useRef<HTMLFormElement>(null);
  const [selection, setSelection] = useState(start);
  const [touched, setTouched] = useState<string | null>(null);
  const isScripted = useScripted(() => {
    // What was chosen while the script was still on its way stands in the form itself.
    const typed = form.current && readSelection(new FormData(form.current));
    if (typed) setSelection(typed);
  });
  useFollow(JSON.stringify(start), () => setSelection(start));
  const check = useMemo(() => checkSelection(config, selection), [config, selection]);
  const placeOf = problemPlaces(config, check, touched);

  function choose(option: string, value: string) {
    setTouched(option);
    setSelection((before) => withChoice(before, option, value));
  }
  function mend(fix: Fix) {
    setSelection((before) => Object.entries(fix.changes).reduce((all, [key, value]) => withChoice(all, key, value), before));
  }
  function showProblem(event: React.FormEvent) {
    if (check.isOrderable) return;
    event.preventDefault();
    const first = form.current?.querySelector<HTMLElement>("[data-problem]");
    first?.scrollIntoView({ block: "center" });
    first?.focus({ preventScroll: true });
  }

  return (
    <Form ref={form} method="post" onSubmit={showProblem} className="relative grid gap-x-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="sticky top-0 z-20 -mx-4 self-start border-b border-line bg-backdrop sm:-mx-6 lg:top-6 lg:mx-0 lg:rounded-lg lg:border">
        <ProductArtwork
          artwork={product.artwork}
          look={lookOf(config, check.selection)}
          title={pictureTitle(product.name, check, config)}
          className="mx-auto block h-[min(34dvh,20rem)] max-w-full lg:h-auto lg:w-full lg:p-4"
        />
      </div>
      <div className="min-w-0 pt-5 lg:pt-0">
        {refused && (
          <Callout tone="error" focusable className="mb-5">
            {t(`refused.${refused.reason}`)}
          </Callout>
        )}
        <div className="flex flex-col gap-7">
          {config.options.map((option) => (
            <OptionField key={option.key} option={option} config={config} check={check} chosen={selection[option.key] ?? ""} onChoose={(value) => choose(option.key, value)}>
              {check.conflicts
                .filter((conflict) => placeOf.get(conflict.ruleId) === option.key)
                .map((conflict) => (
                  <ConflictNote key={conflict.ruleId} conflict={conflict} check={check} config={config} touched={touched} onMend={isScripted ? mend : null} />
                ))}
            </OptionField>
          ))}
          <Field name="name" label={t("name")} help={t("nameHelp")} error={refused?.nameError} required>
            <Input defaultValue={name} maxLength={80} autoComplete="off" />
          </Field>
          {!isScripted && (
            <button type="submit" formMethod="get" formNoValidate className={cx(buttonClass({ variant: "secondary" }), "self-start")}>
              {t("update")}
            </button>
          )}
        </div>
        <TotalBar check={check} isSaved={isSaved} />
      </div>
    </Form>
  );
}

/** False until the page has come to life; `onReady` runs then, once. */
function useScripted(onReady: () => void): boolean {
  const [scripted, setScripted] = useState(false);
  const ready = useRef(onReady);
  useEffect(() => {
    ready.current();
    setScripted(true);
  }, []);
  return scripted;
}

/** Runs `onChange` when the key changes after the first time: the loader has brought something else. */
function useFollow(key: string, onChange: () => void): void {
  const known = useRef(key);
  const act = useRef(onChange);
  act.current = onChange;
  useEffect(() => {
    if (known.current !== key) act.current();
    known.current = key;
  }, [key]);
}

function withChoice(selection: Selection, option: string, value: string): Selection {
  const next = { ...selection };
  if (value === "") delete next[option];
  else next[option] = value;
  return next;
}

/** Each conflict is said once: where the last change was made, or at the last option that it speaks of. */
function problemPlaces(config: Configuration, check: Check, touched: string | null): Map<number, string> {
  return new Map(
    check.conflicts.map((conflict) => {
      if (touched && conflict.options.includes(touched)) return [conflict.ruleId, touched];
      const named = config.options.filter((o) => conflict.options.includes(o.key));
      return [conflict.ruleId, named.at(-1)?.key ?? ""];
    }),
  );
}

function pictureTitle(product: string, check: Check, config: Configuration): string {
  const words = config.options.flatMap((option) => {
    const chosen = check.selection[option.key];
    if (chosen === undefined) return [];
    return `${option.label}: ${option.values.find((v) => v.key === chosen)?.label ?? chosen}`;
  });
  return [product, ...words].join(", ");
}

function TotalBar({ check, isSaved }: { check: Check; isSaved: boolean }) {
  const t = useTranslations("designs");
  const format = useFormat();
  const navigation = useNavigation();
  const sent = navigation.state === "idle" ? null : navigation.formData?.get("intent");
  const price = (amount: number) => format.unitPrice(amount, check.scale, check.currency);
  return (
    <div className="sticky bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-20 -mx-4 mt-8 border-t border-line bg-raised px-4 py-3 sm:bottom-0 sm:-mx-6 sm:px-6 lg:mx-0 lg:rounded-t-lg lg:border lg:px-5">
      <details className="group">
        <summary className="flex min-h-9 cursor-pointer list-none items-center justify-between gap-4 rounded-sm">
          <span className="flex items-center gap-1.5 text-sm text-muted">
            <Icon of={ChevronUp} size={16} className="transition-transform group-open:rotate-180" />
            {t("breakdown")}
          </span>
          <span role="status" className="text-lg font-semibold tabular">
            <span className="sr-only">{t("total")}: </span>
            {price(check.price)}
          </span>
        </summary>
        <ul className="max-h-[30dvh] overflow-auto border-t border-line py-2 text-sm">
          {check.breakdown.map((line) => (
            <li key={line.key} className="flex justify-between gap-4 py-0.5">
              <span className="min-w-0">
                {line.kind === "base" && t("base")}
                {line.kind === "rule" && line.label}
                {line.kind === "value" && `${line.optionLabel}: ${line.label}`}
                {line.kind === "text" && line.optionLabel}
              </span>
              <span className="tabular whitespace-nowrap">{price(line.amount)}</span>
            </li>
          ))}
        </ul>
      </details>
      <div className="mt-2 flex gap-2">
        <Button type="submit" name="intent" value="save" className="flex-1" busy={sent === "save"}>
          {t(isSaved ? "saveAgain" : "save")}
        </Button>
        <Button type="submit" variant="primary" name="intent" value="order" className="flex-[1.4]" busy={sent === "order"}>
          {t("order")}
        </Button>
      </div>
    </div>
  );
}
