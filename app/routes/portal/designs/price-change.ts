import type { Check } from "~/domain/products/configuration";
import { useFormat } from "~/i18n/format";

/** "+2.50 €", "−1.00 €", or null when nothing changes. */
export function usePriceChange(change: number, check: Pick<Check, "scale" | "currency">): string | null {
  const format = useFormat();
  if (change === 0) return null;
  return `${change > 0 ? "+" : "−"}${format.unitPrice(Math.abs(change), check.scale, check.currency)}`;
}
