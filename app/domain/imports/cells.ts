/** How values are written into cells that we read again: exports, and the preview of changes. Pure. */
import { amountText, minorDigits } from "../products/price";

/** UTC to the second, and beyond where there is more to say. */
export function timeCell(at: number | null): string {
  if (at === null) return "";
  const text = new Date(at).toISOString();
  return text.endsWith(".000Z") ? text.replace(".000Z", "Z") : text;
}

export function moneyCell(minor: number, currency: string): string {
  return amountText(minor, minorDigits(currency));
}
