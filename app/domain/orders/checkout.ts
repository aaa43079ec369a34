/** What a customer fills in to order. */
import { z } from "zod";

import { COUNTRIES } from "../customers/party";

const text = (longest: number) => z.string({ error: "required" }).trim().min(1, "required").max(longest, `too_long:${longest}`);

export const checkoutSchema = z.object({
  line1: text(160),
  line2: z.string().trim().max(160, "too_long:160").optional(),
  postcode: text(16),
  city: text(80),
  country: z.enum(COUNTRIES, "choose"),
  /** Made with the page: the form sent twice is one order. */
  submissionKey: z.uuid("invalid"),
  /** The unit prices that the page showed, `1850@2,399@2`: at others nothing is ordered. */
  seen: z.string().max(2000, "invalid"),
});

export type Checkout = z.output<typeof checkoutSchema>;

/** How many of each line: fields `q.0`, `q.1`, …; `wrong` is the first that is no number that can be ordered. */
export function readQuantities(form: FormData, count: number, most: number): { ok: true; quantities: number[] } | { ok: false; wrong: number } {
  const quantities = Array.from({ length: count }, (_, i) => Number(form.get(`q.${i}`) ?? 1));
  const wrong = quantities.findIndex((q) => !Number.isInteger(q) || q < 0 || q > most);
  return wrong < 0 ? { ok: true, quantities } : { ok: false, wrong };
}

export function seenPrices(lines: { unitPrice: number; scale: number }[]): string {
  return lines.map((l) => `${l.unitPrice}@${l.scale}`).join(",");
}
