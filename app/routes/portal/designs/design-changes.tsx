import { useTranslations } from "use-intl";

import type { DesignChange, DesignReview } from "~/domain/products/selection-change";
import { useFormat } from "~/i18n/format";
import { Callout } from "~/ui/callout";

/** What has changed on the product since the design was saved, each change in a sentence. Nothing when nothing has. */
export function DesignChanges({ review, currency }: { review: DesignReview; currency: string }) {
  const t = useTranslations("designs");
  const format = useFormat();
  const say = useChangeWords(review.scale, currency);
  if (!review.changes.length) return null;
  const price = (amount: number) => format.unitPrice(amount, review.scale, currency);
  return (
    <Callout tone="warn" title={t("changed.title")} className="mb-6">
      <ul className="list-disc space-y-1 pl-5">
        {review.changes.map((change, i) => (
          <li key={i}>{say(change)}</li>
        ))}
      </ul>
      {review.newPrice !== review.oldPrice && (
        <p className="font-medium">{t("changed.total", { from: price(review.oldPrice), to: price(review.newPrice) })}</p>
      )}
      <p>{t(review.isOrderable ? "changed.accept" : "changed.mend")}</p>
    </Callout>
  );
}

function useChangeWords(scale: number, currency: string) {
  const t = useTranslations("designs");
  const format = useFormat();
  const price = (amount: number) => format.unitPrice(Math.abs(amount), scale, currency);
  const nameOf = (line: { kind: string; optionLabel: string; label: string }) =>
    line.kind === "base" ? t("base") : line.kind === "text" ? line.optionLabel : line.label;
  return (change: DesignChange): string => {
    switch (change.kind) {
      case "price":
        return t(change.to > change.from ? "change.rose" : "change.fell", { what: nameOf(change.line), by: price(change.to - change.from), now: price(change.to) });
      case "line_gone":
        return t("change.lineGone", { what: nameOf(change.line), by: price(change.from) });
      case "line_new":
        return t("change.lineNew", { what: nameOf(change.line), by: price(change.to) });
      case "value_gone":
        return t("change.valueGone", { option: change.optionLabel, value: change.label });
      case "option_gone":
        return t("change.optionGone", { option: change.option });
      case "option_new":
        return t("change.optionNew", { option: change.optionLabel });
      case "conflict":
        return change.reason || t("conflict");
    }
  };
}
