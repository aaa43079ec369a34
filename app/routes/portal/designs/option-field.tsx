import { cx } from "class-variance-authority";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslations } from "use-intl";

import {
  FIELD_PREFIX, lengthOf, tidyText, weighValue,
  type Check, type Configuration, type ConfiguredOption, type ConfiguredValue, type SelectionError,
} from "~/domain/products/configuration";
import { MotifIcon } from "~/ui/artwork/motif";
import { Swatch } from "~/ui/artwork/swatch";
import { Icon } from "~/ui/icon";
import { usePriceChange } from "./price-change";

type OptionProps = {
  option: ConfiguredOption;
  config: Configuration;
  check: Check;
  chosen: string;
  onChoose: (value: string) => void;
  /** Conflicts that are to be said here. */
  children: ReactNode;
};

/** One question of the configurator: colours as swatches, motifs as tiles, others as words, texts as a field. */
export function OptionField(props: OptionProps) {
  const { option, check, chosen, children } = props;
  const t = useTranslations("designs");
  const id = useId();
  const error = check.errors.find((e) => e.option === option.key);
  if (option.kind === "text") return <TextField {...props} error={error} />;
  const value = option.values.find((v) => v.key === chosen);
  const described = [option.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <fieldset aria-describedby={described} className="min-w-0">
      <legend className="mb-2 w-full">
        <span className="font-medium">{option.label}</span>
        <span className="text-muted">{value ? ` · ${value.label}` : !option.isRequired && ` · ${t("without")}`}</span>
      </legend>
      {option.help && (
        <p id={`${id}-help`} className="-mt-1 mb-2 text-sm text-muted">
          {option.help}
        </p>
      )}
      <Values {...props} />
      {error && <Problem id={`${id}-error`} error={error} option={option} chosen={chosen} />}
      {children}
    </fieldset>
  );
}

const GRID = {
  colour: "grid grid-cols-[repeat(auto-fill,minmax(4.75rem,1fr))] gap-x-1 gap-y-2",
  motif: "grid grid-cols-[repeat(auto-fill,minmax(5.75rem,1fr))] gap-2",
  choice: "flex flex-wrap gap-2",
  text: "",
} as const;

function Values({ option, config, check, chosen, onChoose }: OptionProps) {
  const t = useTranslations("designs");
  const offered = option.values.filter((v) => v.isActive);
  const none: ConfiguredValue[] = option.isRequired ? [] : [{ key: "", label: t("without"), priceDelta: 0, data: {}, isDefault: false, isActive: true }];
  return (
    <div className={GRID[option.kind]}>
      {[...none, ...offered].map((value) => (
        <ValueChoice key={value.key} option={option} value={value} isChosen={chosen === value.key} config={config} check={check} onChoose={onChoose} />
      ))}
    </div>
  );
}

type ValueProps = { option: ConfiguredOption; value: ConfiguredValue; isChosen: boolean; config: Configuration; check: Check; onChoose: (value: string) => void };

function ValueChoice({ option, value, isChosen, config, check, onChoose }: ValueProps) {
  const { change, conflicts } = isChosen ? { change: 0, conflicts: false } : weighValue(config, check, option.key, value.key);
  const price = usePriceChange(change, check);
  const Look = { colour: ColourLook, motif: MotifLook, choice: ChoiceLook, text: ChoiceLook }[option.kind];
  return (
    <Look value={value} isChosen={isChosen} price={price} clash={conflicts && <Clash />}>
      <input
        type="radio"
        name={`${FIELD_PREFIX}${option.key}`}
        value={value.key}
        checked={isChosen}
        onChange={() => onChoose(value.key)}
        className="peer sr-only scroll-mt-[40dvh] scroll-mb-52"
      />
    </Look>
  );
}

function Clash() {
  const t = useTranslations("designs");
  return (
    <span title={t("clashes")}>
      <Icon of={TriangleAlert} size={13} className="shrink-0 text-amber" />
      <span className="sr-only">{t("clashes")}</span>
    </span>
  );
}

type LookProps = { value: ConfiguredValue; isChosen: boolean; price: string | null; clash: ReactNode; children: ReactNode };

const FOCUS = "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-pine";
const TILE = `cursor-pointer rounded-md border border-edge transition-colors hover:bg-hover has-checked:border-pine has-checked:bg-pine-wash has-checked:ring-1 has-checked:ring-pine ${FOCUS}`;

function ColourLook({ value, isChosen, price, clash, children }: LookProps) {
  return (
    <label className={cx("relative flex cursor-pointer flex-col items-center gap-1 rounded-md px-0.5 py-1 text-center", FOCUS)}>
      {children}
      <span className="flex size-12 items-center justify-center rounded-full border-2 border-transparent transition-colors peer-checked:border-pine">
        <Swatch data={value.data} />
      </span>
      <span className={cx("max-w-full text-xs leading-tight break-words hyphens-auto", isChosen ? "font-medium" : "text-muted")}>{value.label}</span>
      <Beneath price={price} clash={clash} />
    </label>
  );
}

function MotifLook({ value, price, clash, children }: LookProps) {
  return (
    <label className={cx(TILE, "relative flex min-w-0 flex-col items-center gap-1 px-1 pt-2.5 pb-1.5 text-center")}>
      {children}
      {value.data.motif ? <MotifIcon name={value.data.motif} size={36} /> : <span className="block h-9" aria-hidden />}
      <span className="max-w-full text-xs leading-tight break-words hyphens-auto">{value.label}</span>
      <Beneath price={price} clash={clash} />
    </label>
  );
}

function Beneath({ price, clash }: { price: string | null; clash: ReactNode }) {
  if (!price && !clash) return null;
  return (
    <span className="flex items-center gap-1 text-xs text-muted tabular">
      {price}
      {clash}
    </span>
  );
}

function ChoiceLook({ value, price, clash, children }: LookProps) {
  return (
    <label className={cx(TILE, "relative flex min-h-11 items-center gap-2 px-3.5 py-1.5")}>
      {children}
      <span className={FACES[value.data.font ?? ""]}>{value.label}</span>
      {price && <span className="text-sm text-muted tabular">{price}</span>}
      {clash}
    </label>
  );
}

/** Lettering is shown in itself. */
const FACES: Record<string, string> = { serif: "font-serif font-semibold", hand: "font-serif italic", sans: "font-sans font-semibold", mono: "font-mono" };

function TextField({ option, config, check, chosen, onChoose, error, children }: OptionProps & { error: SelectionError | undefined }) {
  const t = useTranslations("designs");
  const id = useId();
  const length = lengthOf(tidyText(chosen));
  const isTooLong = option.maxLength !== null && length > option.maxLength;
  const price = usePriceChange(textPrice(config, check, option), check);
  const described = [option.maxLength !== null && `${id}-count`, option.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="min-w-0">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="font-medium">
          {option.label}
          {!option.isRequired && <span className="font-normal text-muted"> · {t("optional")}</span>}
        </label>
        {price && <span className="text-sm text-muted tabular">{price}</span>}
      </div>
      <input
        id={id}
        type="text"
        name={`${FIELD_PREFIX}${option.key}`}
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="done"
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="min-h-(--control) w-full scroll-mt-[40dvh] scroll-mb-52 rounded-md border border-edge bg-paper px-3 text-base aria-invalid:border-red aria-invalid:ring-1 aria-invalid:ring-red"
      />
      <div className="mt-1 flex justify-between gap-4 text-sm text-muted">
        <span id={`${id}-help`}>{option.help}</span>
        {option.maxLength !== null && (
          <span id={`${id}-count`} className={cx("tabular whitespace-nowrap", isTooLong && "font-medium text-red")}>
            {t("letters", { count: length, max: option.maxLength })}
          </span>
        )}
      </div>
      {error && <Problem id={`${id}-error`} error={error} option={option} chosen={chosen} />}
      {children}
    </div>
  );
}

/** What a text costs with all else as chosen, whether there is one or not. */
function textPrice(config: Configuration, check: Check, option: ConfiguredOption): number {
  const has = check.selection[option.key] !== undefined;
  const { change } = weighValue(config, check, option.key, has ? "" : "x");
  return has ? -change || 0 : change;
}

function Problem({ id, error, option, chosen }: { id: string; error: SelectionError; option: ConfiguredOption; chosen: string }) {
  const t = useTranslations("designs");
  const value = option.values.find((v) => v.key === chosen)?.label ?? chosen;
  return (
    <p id={id} data-problem="" tabIndex={-1} className="mt-2 flex gap-2 text-sm font-medium text-red outline-none" aria-live="polite">
      <Icon of={CircleAlert} size={16} className="mt-0.5 shrink-0" />
      {t(`error.${error.reason}`, { value, detail: error.detail ?? "" })}
    </p>
  );
}
