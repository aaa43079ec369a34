/**
 * Prices: integers at a scale, so that nothing is ever a float. `{amount: 1234, scale: 3}` is 1.234 of the currency.
 */

/** ISO 4217 currencies whose minor unit is not the hundredth. Intl cannot be asked: CLDR's digits differ (HUF: 0). */
const DIGITS: Record<string, number> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0,
  XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};

/** How many decimals the minor unit of a currency has. */
export function minorDigits(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** Brings an integer from one scale to another; halves are rounded away from zero. */
export function rescale(amount: number, from: number, to: number): number {
  if (to >= from) return amount * 10 ** (to - from);
  const divisor = 10 ** (from - to);
  const rounded = Math.floor(Math.abs(amount) / divisor + 0.5);
  return amount < 0 ? -rounded || 0 : rounded;
}

/** What a line costs, in minor units: quantity × unit price, rounded once. */
export function lineTotal(quantity: number, unitPrice: number, scale: number, currency: string): number {
  return rescale(quantity * unitPrice, scale, minorDigits(currency));
}

/**
 * Reads an amount as a person or a file writes it (`12`, `12.5`, `12,50`, `-3.999`) without passing through a float.
 * @returns null when it is not a number of at most `maxScale` decimals
 */
export function parseAmount(text: string, maxScale = 4): { amount: number; scale: number } | null {
  const match = /^([+-]?)(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim().replace(/[\s\u00a0\u202f]/g, ""));
  if (!match) return null;
  const decimals = (match[3] ?? "").replace(/0+$/, "");
  if (decimals.length > maxScale) return null;
  const amount = Number(`${match[1]}${match[2]}${decimals}`);
  return Number.isSafeInteger(amount) ? { amount, scale: decimals.length } : null;
}

/** The digits of an amount for a form field: 1250 at scale 2 → "12.50". */
export function amountText(amount: number, scale: number): string {
  const digits = String(Math.abs(amount)).padStart(scale + 1, "0");
  const sign = amount < 0 ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Whether a text is an amount of at most so many decimals. */
export function isPrice(text: string, maxScale: number): boolean {
  return parseAmount(text, maxScale) !== null;
}
