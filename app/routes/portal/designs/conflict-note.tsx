import { TriangleAlert, Wand } from "lucide-react";
import { useTranslations } from "use-intl";

import type { Check, Configuration, Conflict, Fix } from "~/domain/products/configuration";
import { useFormat } from "~/i18n/format";
import { Button, buttonClass } from "~/ui/button";
import { Icon } from "~/ui/icon";
import { usePriceChange } from "./price-change";

type ConflictProps = {
  conflict: Conflict;
  check: Check;
  config: Configuration;
  /** The option that was changed last. */
  touched: string | null;
  /** Null before scripts: the fixes are then submit buttons. */
  onMend: ((fix: Fix) => void) | null;
};

/** What does not go together, why, and what one click can do about it. */
export function ConflictNote({ conflict, check, config, touched, onMend }: ConflictProps) {
  const t = useTranslations("designs");
  // What was chosen last is what is wanted: fixes that keep it stand first.
  const undoes = (fix: Fix) => Number(touched !== null && touched in fix.changes);
  const fixes = conflict.fixes.map((fix, index) => ({ fix, index })).toSorted((a, b) => undoes(a.fix) - undoes(b.fix));
  return (
    <div role="alert" data-problem="" tabIndex={-1} className="mt-3 animate-appear rounded-md border-l-3 border-amber bg-amber-wash px-3.5 py-3 outline-none">
      <p className="flex gap-2 font-medium">
        <Icon of={TriangleAlert} size={18} className="mt-1 shrink-0 text-amber" />
        {conflict.reason || t("conflict")}
      </p>
      <div className="mt-2.5 flex flex-wrap gap-2 sm:pl-6.5">
        {fixes.map(({ fix, index }) => (
          <FixButton key={index} fix={fix} value={`${conflict.ruleId}.${index}`} check={check} config={config} onMend={onMend} />
        ))}
        {fixes.length === 0 && <p className="text-sm text-muted">{t("noFix")}</p>}
      </div>
    </div>
  );
}

type FixProps = { fix: Fix; value: string; check: Check; config: Configuration; onMend: ConflictProps["onMend"] };

function FixButton({ fix, value, check, config, onMend }: FixProps) {
  const words = useFixWords(fix, config);
  const price = usePriceChange(fix.priceChange, check);
  const inside = (
    <>
      <Icon of={Wand} size={15} className="shrink-0 text-muted" />
      <span className="text-start whitespace-normal">{words}</span>
      {price && <span className="text-sm text-muted tabular">{price}</span>}
    </>
  );
  if (onMend)
    return (
      <Button size="sm" onClick={() => onMend(fix)}>
        {inside}
      </Button>
    );
  return (
    <button type="submit" formMethod="get" formNoValidate name="fix" value={value} className={buttonClass({ size: "sm" })}>
      {inside}
    </button>
  );
}

/** "Colour of the print: White and Text: without". */
function useFixWords(fix: Fix, config: Configuration): string {
  const t = useTranslations("designs");
  const format = useFormat();
  return format.list(
    Object.entries(fix.changes).map(([key, value]) => {
      const option = config.options.find((o) => o.key === key);
      const label = option?.values.find((v) => v.key === value)?.label ?? value;
      return value === "" ? t("fix.without", { option: option?.label ?? key }) : t("fix.choose", { option: option?.label ?? key, value: label });
    }),
  );
}
