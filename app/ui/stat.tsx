import { cx } from "class-variance-authority";
import { ArrowDown, ArrowUp, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { useFormat } from "../i18n/format";
import { Icon } from "./icon";

/**
 * The number, its change, then the picture. `change` is a share (0.12 = 12 % more) with what it is measured against;
 * `better` says which way is good, so that a fall in complaints does not look bad.
 */
export function Stat({
  label,
  value,
  change,
  picture,
  note,
}: {
  label: ReactNode;
  value: ReactNode;
  change?: { share: number; against: string; better?: "up" | "down" | "neither"; /** The share is the difference of two shares. */ points?: boolean } | null;
  /** A Sparkline. */
  picture?: ReactNode;
  note?: ReactNode;
}) {
  const t = useTranslations("ui");
  const format = useFormat();
  const way = change ? Math.sign(Math.round(change.share * 1000)) : 0;
  const good = change?.better === "neither" || way === 0 ? undefined : (way > 0) === ((change?.better ?? "up") === "up");
  return (
    <div className="min-w-0">
      <p className="text-sm text-muted">{label}</p>
      <p className="tabular mt-0.5 text-2xl font-semibold tracking-[-0.02em]">{value}</p>
      {change && (
        <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm text-muted">
          <span className={cx("tabular inline-flex items-center gap-0.5 font-medium", good === true && "text-green", good === false && "text-red")}>
            <Icon of={way > 0 ? ArrowUp : way < 0 ? ArrowDown : Minus} size={13} />
            {change.points ? t("stat.points", { points: format.number(Math.round(Math.abs(change.share) * 1000) / 10) }) : format.percent(Math.abs(change.share))}
          </span>
          {change.against}
        </p>
      )}
      {note && <p className="mt-0.5 text-sm text-muted">{note}</p>}
      {picture && <div className="mt-2">{picture}</div>}
    </div>
  );
}

/** Several figures beside each other, divided by lines. */
export function Stats({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-2 gap-x-6 gap-y-5 sm:flex sm:flex-wrap sm:gap-x-0 sm:[&>*]:min-w-min sm:[&>*]:flex-1 sm:[&>*+*]:border-l sm:[&>*+*]:border-line sm:[&>*+*]:pl-5 sm:[&>*]:pr-5">
      {children}
    </div>
  );
}
